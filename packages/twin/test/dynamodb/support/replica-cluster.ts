import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { EngineProcess } from '../../../src/dynamodb/engine/engine-process.ts';
import { startEngine } from '../../../src/dynamodb/engine/start-engine.ts';
import type { Replica } from '../../../src/dynamodb/replica.ts';
import { type ReplicaOptions, startReplica } from '../../../src/dynamodb/start-replica.ts';
import type { TableDefinition } from '../../../src/dynamodb/table-definition.ts';
import { freePort } from '../../../src/supervisor/port-plan.ts';
import { expectStampNowhere } from './stamp-nowhere.ts';
import { testTable } from './test-table.ts';

/** One region of a test: its engine, its replica, and clients of its endpoint. */
export interface TestRegion {
  readonly region: string;
  readonly dataDir: string;
  readonly client: DynamoDBClient;
  readonly documents: DynamoDBDocumentClient;
  readonly streams: DynamoDBStreamsClient;
  readonly endpoint: string;
  readonly log: string[];
  engine(): EngineProcess;
  replica(): Replica;
  /** Ends the engine as `kill -9` does and waits until it is gone. */
  killEngine(): Promise<void>;
  startEngine(): Promise<void>;
  /** Closes the replica in order. */
  stopReplica(): Promise<void>;
  startReplica(changes?: Partial<ReplicaOptions>): Promise<Replica>;
}

/** The regions of a test, ended together. */
export interface TestCluster {
  readonly regions: readonly TestRegion[];
  region(name: string): TestRegion;
  close(): Promise<void>;
}

export interface TestClusterOptions {
  readonly regions?: readonly string[];
  readonly table?: Partial<TableDefinition>;
  readonly lagMs?: { readonly min: number; readonly max: number };
  readonly seed?: number;
  readonly clock?: () => number;
  readonly ttlSweepIntervalMs?: number;
  /** Retries of the SDK; 1 means none. @default 1 */
  readonly maxAttempts?: number;
}

export const CLUSTER_TOKEN = 'token-of-a-test';
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Starts replicas in this process over engines in processes of their own, each a peer of all others. */
export async function startCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const { regions: names = ['eu-west-1', 'eu-central-1'] } = options;
  const folder = mkdtempSync(join(tmpdir(), 'replica-test-'));
  const ports = await Promise.all(names.map(async (region) => ({ region, port: await freePort() })));
  const regions: TestRegion[] = [];
  const close = async () => {
    for (const region of regions) {
      region.client.destroy();
      region.streams.destroy();
      await region.stopReplica();
      await region.killEngine();
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const { region, port } of ports) {
      const peers = ports.filter((peer) => peer.region !== region);
      const test = createRegion({ region, port, peers, names, dataDir: join(folder, region), options });
      regions.push(test);
      await test.startEngine();
      await test.startReplica();
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    regions,
    region: (name) => {
      const found = regions.find(({ region }) => region === name);
      if (found === undefined) throw new Error(`Cannot find the region ${name}`);
      return found;
    },
    close,
  };
}

function createRegion(parts: {
  readonly region: string;
  readonly port: number;
  readonly peers: readonly { readonly region: string; readonly port: number }[];
  readonly names: readonly string[];
  readonly dataDir: string;
  readonly options: TestClusterOptions;
}): TestRegion {
  const { region, port, dataDir, options } = parts;
  const log: string[] = [];
  let engine: EngineProcess | undefined;
  let replica: Replica | undefined;
  let enginePort: number | undefined;
  const endpoint = `http://127.0.0.1:${port}`;
  const clientOptions = { region, endpoint, credentials: CREDENTIALS, maxAttempts: options.maxAttempts ?? 1 };
  const client = expectStampNowhere(new DynamoDBClient(clientOptions));
  const streams = expectStampNowhere(new DynamoDBStreamsClient(clientOptions));
  const replicaOptions = (): ReplicaOptions => ({
    region,
    accountId: '111122223333',
    tables: [{ ...testTable, replicaRegions: parts.names, ...options.table }],
    listen: { host: '127.0.0.1', port },
    engineUrl: `http://127.0.0.1:${enginePort}`,
    dataDir: join(dataDir, 'replica'),
    peers: parts.peers.map((peer) => ({ region: peer.region, url: `http://127.0.0.1:${peer.port}` })),
    clusterToken: CLUSTER_TOKEN,
    lagMs: options.lagMs ?? { min: 0, max: 0 },
    seed: options.seed ?? 1,
    clock: options.clock ?? Date.now,
    log: ({ message }) => void log.push(message),
    ttlSweepIntervalMs: options.ttlSweepIntervalMs ?? 60_000,
  });
  return {
    ...{ region, dataDir, client, streams, endpoint, log },
    documents: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    engine: () => present(engine),
    replica: () => present(replica),
    killEngine: async () => {
      engine?.kill('SIGKILL');
      await engine?.exited;
      engine = undefined;
    },
    startEngine: async () => {
      enginePort ??= await freePort();
      const engineDir = join(dataDir, 'engine');
      engine = await startEngine({
        kind: 'dynoxide',
        host: '127.0.0.1',
        port: enginePort,
        dataDir: engineDir,
        region,
      });
    },
    stopReplica: async () => {
      await replica?.close();
      replica = undefined;
    },
    startReplica: async (changes = {}) => {
      replica = await startReplica({ ...replicaOptions(), ...changes });
      return replica;
    },
  };
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Cannot use this part of the test region: it is not running');
  return value;
}
