/**
 * `npm run evacuate`: takes a region out of service, through a peer, for a limited time.
 *
 * No control plane takes part: a signed request to a healthy region is noted there, its probe says so to Route 53's
 * health checks, and DNS stops answering with the region. Shows first what will follow and when, waits until traffic has
 * moved, and exits 1 when it does not. With --list it changes nothing and shows what is in force.
 */
import { runCommand } from '@gsp/cli-kit';
import { evacuateCommand } from '@gsp/operator/commands/evacuation';

await runCommand(evacuateCommand());
