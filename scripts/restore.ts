/**
 * `npm run restore`: puts an evacuated region back into service, through a peer.
 *
 * The other way round from `npm run evacuate`: the peer's probe stops saying that the region is evacuated, Route 53's
 * health checks turn, and DNS may answer with the region again. Waits until it does, and exits 1 when it does not.
 */
import { runCommand } from '@gsp/cli-kit';
import { restoreCommand } from '@gsp/operator/commands/evacuation';

await runCommand(restoreCommand());
