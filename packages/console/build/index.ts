export { buildCommand } from './build-command.ts';
export { addConsoleSite, buildConsole } from './build-console.ts';
export { DEV_SERVER_ORIGINS } from './dev-server-origins.ts';
