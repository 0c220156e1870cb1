/**
 * `npm run status`: shows what is deployed where, at which revision, how each region answers, how far replication is
 * behind, and where regions differ from each other or from the topology.
 *
 * Changes nothing, save for the items of --probe, which it deletes again. Exits 1 when something is amiss.
 */
import { runCommand } from '@gsp/cli-kit';
import { statusCommand } from '@gsp/operator/commands/status';

await runCommand(statusCommand());
