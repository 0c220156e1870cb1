import { randomUUID } from 'node:crypto';
import type { LogSink } from '../../log-entry.ts';
import type { ChangeLog } from '../journal/change-log.ts';
import type { PeerState } from '../journal/peer-state.ts';
import type { Everything } from './everything.ts';
import type { LinkSettings } from './link-state.ts';
import { createPeerClient } from './peer-client.ts';
import { ReplicationLink } from './replication-link.ts';

/** The outbound links of a replica, one for each peer. */
export interface ReplicationLinks {
  all(): readonly ReplicationLink[];
  get(peerRegion: string): ReplicationLink | undefined;
  /** Everything up to this sequence number is acknowledged by every peer. */
  acknowledged(): number;
  /**
   * True when no peer has a change that it has yet to send here, and none is left to send from here. A peer that
   * does not answer may have some.
   */
  settled(): Promise<boolean>;
  close(): Promise<void>;
}

/** Makes a link to every peer; each begins to send at once. */
export function createReplicationLinks(
  options: {
    readonly region: string;
    readonly peers: readonly { readonly region: string; readonly url: string }[];
    readonly clusterToken: string;
    readonly lagMs: { readonly min: number; readonly max: number };
    readonly seed: number;
    readonly clock: () => number;
    readonly log: LogSink;
    readonly links?: Readonly<Record<string, LinkSettings>>;
  },
  sources: {
    readonly changes: ChangeLog;
    readonly logId: string;
    readonly peers: ReadonlyMap<string, PeerState>;
    readonly everything: () => Everything;
  },
): ReplicationLinks {
  const { region, clusterToken, lagMs, seed, clock, log } = options;
  const { changes, logId, everything } = sources;
  const run = randomUUID();
  const say = (message: string) => log({ region, source: 'twin/replication', timeMs: clock(), message });
  const links = new Map(
    options.peers.flatMap((peer) => {
      const state = sources.peers.get(peer.region);
      if (state === undefined) return [];
      const client = createPeerClient({ url: peer.url, clusterToken });
      const settings = options.links?.[peer.region] ?? {};
      const link = new ReplicationLink({
        region,
        changes,
        logId,
        run,
        state,
        everything,
        lagMs,
        seed,
        clock,
        say: (message) => say(`link to ${peer.region} ${message}`),
        settings,
        peerRegion: peer.region,
        peer: client,
      });
      return [[peer.region, link] as const];
    }),
  );
  return {
    all: () => [...links.values()],
    get: (peerRegion) => links.get(peerRegion),
    acknowledged: () =>
      Math.min(changes.lastSequence, ...[...links.values()].map((link) => link.acknowledged)),
    settled: async () => {
      const backlogs = await Promise.all([...links.values()].map((link) => link.backlogBothWays()));
      return backlogs.every((backlog) => backlog === 0);
    },
    close: async () => {
      await Promise.all([...links.values()].map((link) => link.close()));
    },
  };
}
