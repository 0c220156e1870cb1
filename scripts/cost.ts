/**
 * `npm run cost`: what a stage costs in a month, by service and Region, as its templates and an assumed traffic say.
 *
 * It synthesizes the stage and asks nobody: neither a network nor an account is needed.
 */
import { runCommand } from '@gsp/cli-kit';
import { costCommand } from '@gsp/operator/commands/cost';

await runCommand(costCommand());
