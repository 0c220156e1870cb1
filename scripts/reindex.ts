/**
 * `npm run reindex`: puts items that were written before an index was added into it.
 *
 * Repeated, it changes nothing twice; interrupted, the same command continues. Exits 1 when items were being written
 * meanwhile, which another run finds.
 */
import { runCommand } from '@gsp/cli-kit';
import { reindexCommand } from '@gsp/operator/commands/reindex';

await runCommand(reindexCommand());
