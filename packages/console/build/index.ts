export { addConsoleSite, buildConsole } from './build-console.ts';
export { DEV_SERVER_ORIGINS, DEV_SERVER_PORT } from './dev-server-origins.ts';
export { runBuild } from './run-build.ts';
