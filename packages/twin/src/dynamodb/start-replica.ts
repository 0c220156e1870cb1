import type { LogSink } from '../log-entry.ts';
import { seededRandom } from '../seeded-random.ts';
import { createEngineClient, type EngineClient } from './engine/engine-client.ts';
import { ensureEngineTable, loadIndex } from './engine/engine-tables.ts';
import { HybridLogicalClock, originOf } from './item/hybrid-logical-clock.ts';
import { type OpenedJournal, openJournal } from './journal/open-journal.ts';
import { StorageHealth } from './journal/storage-health.ts';
import { createEndpoint } from './protocol/endpoint.ts';
import { listen } from './protocol/listener.ts';
import { createRegionForwarder } from './protocol/region-forwarder.ts';
import { Throttle } from './protocol/throttle.ts';
import { Replica } from './replica.ts';
import { Everything } from './replication/everything.ts';
import type { LinkSettings } from './replication/link-state.ts';
import { createPeerRoutes } from './replication/peer-routes.ts';
import { createReplicationLinks } from './replication/replication-links.ts';
import { createChangeReader } from './streams/change-reader.ts';
import type { TableDefinition } from './table-definition.ts';
import { checkTables } from './write/check-tables.ts';
import { GroupWriter } from './write/group-writer.ts';
import { KeyLock } from './write/key-lock.ts';
import { createReplicaTables, type ReplicaTables } from './write/replica-table.ts';
import { resolveInDoubtWrites, unrecordedIntents } from './write/resolve-in-doubt-writes.ts';
import type { WriteContext } from './write/write-context.ts';
import { WriteJournal } from './write/write-journal.ts';

/** What a replica is started with. */
export interface ReplicaOptions {
  readonly region: string;
  readonly accountId: string;
  readonly tables: readonly TableDefinition[];
  /** A loopback address; port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly engineUrl: string;
  /** Folder of this replica's journal. The engine's database is elsewhere. */
  readonly dataDir: string;
  /** The endpoints of the other regions' replicas. */
  readonly peers: readonly { readonly region: string; readonly url: string }[];
  /** Secret that the replicas of one twin share; guards the routes between them. */
  readonly clusterToken: string;
  /** Between which values the replication lag of a change is chosen. */
  readonly lagMs: { readonly min: number; readonly max: number };
  readonly seed: number;
  /** Epoch milliseconds of this machine. */
  readonly clock: () => number;
  readonly log: LogSink;
  /**
   * How the links to the peers behave from the start, by region; a link that is to stay cut must be named here,
   * or it sends before it is cut.
   *
   * @default - no link is cut or delayed
   */
  readonly links?: Readonly<Record<string, LinkSettings>>;
  /** How far this region's clock is off from the start, in milliseconds. @default 0 */
  readonly clockOffsetMs?: number;
  /** Share of the clients' data-plane operations that are throttled from the start, 0 to 1. @default 0 */
  readonly throttleShare?: number;
  /** Told when writes begin to fail as their files cannot be written, and with nothing when they no longer do. @default - nobody is */
  readonly onStorage?: (failure: string | null) => void;
  /** @default 10000 */
  readonly ttlSweepIntervalMs?: number;
}

/**
 * Starts a region's replica of the template's tables: a regional DynamoDB endpoint over an engine that is
 * running already. What the last run left open is settled before it answers.
 *
 * @throws {DataDirectoryError} when the data directory is of another region or schema, corrupt, or contradicts itself
 * @throws {EngineUnavailableError} when the engine does not answer
 * @throws {Error} with code `EADDRINUSE` when the port is taken
 */
export async function startReplica(options: ReplicaOptions): Promise<Replica> {
  const { region, accountId, clock, log } = options;
  const say = (message: string) => log({ region, source: 'twin/dynamodb', timeMs: clock(), message });
  const files = openJournal(options, say);
  const engine = createEngineClient({ url: options.engineUrl, region });
  try {
    const tables = createReplicaTables({
      region,
      accountId,
      definitions: options.tables,
      metas: files.meta.tables,
    });
    const stamps = new HybridLogicalClock(region, clock);
    stamps.setOffset(options.clockOffsetMs ?? 0);
    await loadTables({ engine, tables, files, stamps, region });
    const context = createWriteContext({ options, engine, tables, files, stamps });
    await settleLastRun(context, files, say);
    const { changes } = files;
    const lost = checkTables({ region, tables, changes, dataDir: options.dataDir });
    for (const tombstone of lost) context.journal.rememberDeletion(tombstone);
    return await serve({ options, context, files });
  } catch (error) {
    files.close();
    await engine.close();
    throw error;
  }
}

/** Makes the engine's tables, and fills the indexes from the engine and from the tombstones. */
async function loadTables(parts: {
  readonly engine: EngineClient;
  readonly tables: ReplicaTables;
  readonly files: OpenedJournal;
  readonly stamps: HybridLogicalClock;
  readonly region: string;
}): Promise<void> {
  const { engine, tables, files, stamps, region } = parts;
  for (const table of tables.all()) {
    await ensureEngineTable(engine, table);
    await loadIndex(engine, table);
  }
  for (const { tableName, key, stamp, timeMs } of files.loadedTombstones) {
    const index = tables.find(tableName)?.index;
    // An item that is there was written after its deletion.
    if (index !== undefined && !index.exists(key) && stamp > (index.get(key)?.stamp ?? ''))
      index.setTombstone(key, stamp, timeMs);
  }
  for (const { index } of tables.all())
    for (const [, { stamp }] of index.entries()) if (originOf(stamp) === region) stamps.resumeAfter(stamp);
}

function createWriteContext(parts: {
  readonly options: ReplicaOptions;
  readonly engine: EngineClient;
  readonly tables: ReplicaTables;
  readonly files: OpenedJournal;
  readonly stamps: HybridLogicalClock;
}): WriteContext {
  const { options, engine, tables, files, stamps } = parts;
  const { region, clock } = options;
  const storage = new StorageHealth(options.dataDir, options.onStorage ?? (() => undefined));
  const journal = new WriteJournal(files, { tables, clock, storage });
  const group = new GroupWriter(engine, journal);
  return {
    region,
    engine,
    tables,
    locks: new KeyLock(),
    journal,
    group,
    stamps,
    tokens: files.tokens,
    clock,
  };
}

async function settleLastRun(
  context: WriteContext,
  files: OpenedJournal,
  say: (message: string) => void,
): Promise<void> {
  const open = unrecordedIntents(files.intents, files.changes);
  if (open.length === 0) return;
  say(`settles ${open.length} writes that were under way when the last run ended`);
  context.journal.leaveInDoubt(open);
  await resolveInDoubtWrites(context);
}

async function serve(given: {
  readonly options: ReplicaOptions;
  readonly context: WriteContext;
  readonly files: OpenedJournal;
}): Promise<Replica> {
  const { options, context, files } = given;
  const { region, clusterToken, clock, log, seed } = options;
  const throttle = new Throttle({
    tables: context.tables,
    share: options.throttleShare ?? 0,
    random: seededRandom(seed, `${region} throttle`),
  });
  const reader = createChangeReader(files.changes, { tables: context.tables, region });
  const { changes, peers, meta } = files;
  const links = createReplicationLinks(options, {
    ...{ changes, peers, logId: meta.logId },
    everything: () => new Everything(context),
  });
  const forwarder = createRegionForwarder({
    region,
    peers: options.peers,
    say: (message) => log({ region, source: 'twin/dynamodb', timeMs: clock(), message }),
  });
  const requests = { total: 0, failed: 0 };
  const peerRoutes = createPeerRoutes({
    context,
    clusterToken,
    backlogTo: (peer) => links.get(peer)?.state().backlog ?? 0,
    peerState: (peer) => peers.get(peer),
    lastSequence: () => changes.lastSequence,
    onHeard: (peer) => links.get(peer)?.heard(),
    onDivergence: (peer, reason) => links.get(peer)?.sendEverything(reason),
  });
  const contexts = { tables: context, streams: { tables: context.tables, reader, clock } };
  const onRequest = (failed: boolean) => {
    requests.total += 1;
    if (failed) requests.failed += 1;
  };
  try {
    const listener = await listen(
      options.listen,
      createEndpoint({ region, contexts, peerRoutes, forwarder, throttle, log, onRequest }),
    );
    const parts = { options, context, files, links, reader, listener, forwarder, requests, throttle };
    return new Replica(parts);
  } catch (error) {
    await Promise.all([links.close(), forwarder.close()]);
    throw error;
  }
}
