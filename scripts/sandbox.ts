/**
 * `npm run sandbox`: a developer's own backend in several regions, deployed or deleted with `ampx`, one region at a time.
 *
 * For one region, and to have it follow each change of a file, there is `npx ampx sandbox`.
 */
import { runCommand } from '@gsp/cli-kit';
import { sandboxCommand } from '@gsp/operator/commands/sandbox';

await runCommand(sandboxCommand());
