/**
 * `npm run teardown`: takes a stage away from AWS, secondaries first, and says what is left.
 *
 * Shows its plan first and asks for the stage's name. A table that is protected or holds items stays unless
 * --delete-data is said. Exits 1 when a step fails or something that costs money is left; the same command then goes on.
 */
import { runCommand } from '@gsp/cli-kit';
import { teardownCommand } from '@gsp/operator/commands/teardown';

await runCommand(teardownCommand());
