import type { TableDefinition } from '../table-definition.ts';
import { ChangeLog } from './change-log.ts';
import { checkJournal } from './check-journal.ts';
import { IdempotencyTokens } from './idempotency-tokens.ts';
import { Intents } from './intents.ts';
import { PeerState } from './peer-state.ts';
import { openReplicaMeta, type ReplicaMeta } from './replica-meta.ts';
import { type Tombstone, TombstoneFile } from './tombstones.ts';

/** The files of a data directory, opened. */
export interface OpenedJournal {
  readonly meta: ReplicaMeta;
  readonly changes: ChangeLog;
  readonly intents: Intents;
  readonly tokens: IdempotencyTokens;
  readonly tombstones: TombstoneFile;
  /** What is known of each peer, by region. */
  readonly peers: ReadonlyMap<string, PeerState>;
  readonly loadedTombstones: readonly Tombstone[];
  close(): void;
}

/**
 * Opens a replica's data directory, making it when it is missing. Lines that were being written when the last
 * run was killed are cut off, which `say` is told of.
 *
 * @throws {DataDirectoryError} when it is of another region or schema, corrupt, or when its files contradict each other
 */
export function openJournal(
  options: {
    readonly dataDir: string;
    readonly region: string;
    readonly tables: readonly TableDefinition[];
    readonly peers: readonly { readonly region: string }[];
    readonly clock: () => number;
  },
  say: (message: string) => void,
): OpenedJournal {
  const { dataDir, region, tables, clock } = options;
  const meta = openReplicaMeta(dataDir, { region, tables, nowMs: clock() });
  const opened: { close(): void }[] = [];
  const close = () => {
    for (const file of opened) file.close();
  };
  try {
    const { log: changes, tornBytes: tornChanges } = ChangeLog.open(dataDir);
    opened.push(changes);
    const { intents, tornBytes: tornIntents } = Intents.open(dataDir);
    opened.push(intents);
    const tokens = IdempotencyTokens.open(dataDir, clock());
    opened.push(tokens);
    const { file: tombstones, tombstones: loadedTombstones } = TombstoneFile.open(dataDir);
    opened.push(tombstones);
    const peers = new Map(options.peers.map((peer) => [peer.region, new PeerState(dataDir, peer.region)]));
    opened.push(...peers.values());
    checkJournal({ changes, intents, peers: [...peers.values()] });
    for (const [name, bytes] of [
      ['change log', tornChanges],
      ['intents', tornIntents],
    ] as const)
      if (bytes > 0) say(`cut off ${bytes} bytes of an unfinished line at the end of its ${name}`);
    return { meta, changes, intents, tokens, tombstones, peers, loadedTombstones, close };
  } catch (error) {
    close();
    throw error;
  }
}
