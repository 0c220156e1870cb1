/**
 * `npm run probe`: calls the platform again and again through its client, and shows what a user of it sees.
 *
 * A line for each region (latency, errors, share of calls, what the client holds of it, how long writes of its peers take
 * to arrive; not through an edge that is the only way in) and one for the client as a whole; drawn in place on a terminal, one line each time elsewhere, JSON with
 * --json. Kill a region meanwhile and watch what does not happen. Exits 1 when a call failed.
 */
import { runCommand } from '@gsp/cli-kit';
import { probeCommand } from '@gsp/operator/commands/probe';

await runCommand(probeCommand());
