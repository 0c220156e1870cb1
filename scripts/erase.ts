/**
 * `npm run erase`: takes an item, or everything that belongs to a subject, out of every region.
 *
 * Exits 3 when a region did not answer or kept being written: the same command, later, is safe and continues.
 */
import { runCommand } from '@gsp/cli-kit';
import { eraseCommand } from '@gsp/operator/commands/erase';

await runCommand(eraseCommand());
