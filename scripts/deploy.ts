/**
 * `npm run deploy`: deploys a stage to its regions, one after the other, each proved before the next.
 *
 * Examines first what could go wrong, locks the stage, and ends at the first region that fails; that one goes back to
 * what was proved there before, no other is touched. Run again, it goes on where it ended. Exits 1 where anything is
 * not proved.
 */
import { runCommand } from '@gsp/cli-kit';
import { deployCommand } from '@gsp/operator/commands/deploy';

await runCommand(deployCommand());
