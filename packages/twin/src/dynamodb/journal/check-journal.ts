import type { ChangeLog } from './change-log.ts';
import { DataDirectoryError } from './data-directory-error.ts';
import type { Intents } from './intents.ts';
import type { PeerState } from './peer-state.ts';

/**
 * Makes sure that the change log reaches as far as the files beside it know. One that does not is an older copy, or was cut
 * off: changes would get numbers that peers have acknowledged already, and would never be sent.
 *
 *     peers/eu-central-1.json   acknowledged up to 80
 *     change log                ends with 40: changes 41 to 80 of now would count as acknowledged
 *
 * @throws {DataDirectoryError} `Contradictory`, naming the file that knows of more
 */
export function checkJournal(files: {
  readonly changes: ChangeLog;
  readonly intents: Intents;
  readonly peers: readonly PeerState[];
}): void {
  const { changes, intents, peers } = files;
  const logEnd = changes.lastSequence;
  for (const { path, latestOwn, peerRegion } of peers)
    if (latestOwn > logEnd)
      throw new DataDirectoryError('Contradictory', path, {
        reason: `it knows change ${latestOwn} (of what ${peerRegion} has), and the change log ends with ${logEnd}`,
      });
  const latestIntent = Math.max(0, ...intents.all().map(({ logSequence }) => logSequence));
  if (latestIntent > logEnd)
    throw new DataDirectoryError('Contradictory', intents.path, {
      reason: `it knows change ${latestIntent}, and the change log ends with ${logEnd}`,
    });
}
