/**
 * `npm run drill`: breaks things on purpose and judges whether the platform keeps its promises meanwhile. Exits 1 when an
 * objective was missed or a promise broken, and says which, by how much, and what happened.
 */
import { runCommand } from '@gsp/cli-kit';
import { drillCommand } from '@gsp/drill';

await runCommand(drillCommand());
