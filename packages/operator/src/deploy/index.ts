export { DEPLOY_METHODS, type DeployMethod } from './ampx-command.ts';
export { parseBake } from './bake-duration.ts';
export { runDeploy, runJournal } from './run-deploy.ts';
