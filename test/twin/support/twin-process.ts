import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { LOAD_CHANGES } from '@gsp/operator/start';
import { freePortBase } from '@gsp/twin';
import type { ReadyFile, TwinState } from '@gsp/twin/control';
import { testProject } from '../../project/test-project.ts';
import { eventually } from './eventually.ts';

/** A twin in a process of its own, started as a user starts it, and driven over HTTP only. */
export interface TwinProcess {
  readonly ready: ReadyFile;
  readonly process: ChildProcess;
  readonly dataDir: string;
  /** Everything the process has printed so far. */
  output(): string;
  state(): Promise<TwinState>;
  /** Injects a fault and returns the answer's status and body. */
  fault(body: unknown): Promise<{ status: number; body: TwinState & { detail?: string } }>;
  region(name: string): ReadyFile['regions'][number];
  /** Ends the process with a signal and resolves with how it ended. */
  end(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

const ROOT = join(import.meta.dirname, '../../..');
/** As many as a topology may have, for their ports. */
const REGIONS = Array.from({ length: 8 }, (_, at) => `region-${at}`);
const START_LIMIT_MS = 60_000;

/**
 * Starts `npm start` of the project of tests, with a data directory and ports of its own, and waits for its ready file.
 * Without a console, unless one is asked for: building it takes a while. Its routes let through what a test sends. As
 * committed, it is the project that a team has, with the limits of its stage. The caller ends it; the data directory is
 * removed with it unless it was given.
 */
export async function startTwinProcess({
  args = [] as readonly string[],
  dataDir = '',
  portBase = 0,
  cwd = '',
  hasConsole = false,
  isAsCommitted = false,
} = {}): Promise<TwinProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'twin-test-'));
  const data = dataDir === '' ? join(folder, 'data') : dataDir;
  const readyPath = join(folder, 'ready.json');
  const base = portBase === 0 ? await freePortBase(REGIONS) : portBase;
  const start = [
    '--port-base',
    String(base),
    '--data-dir',
    data,
    '--ready-file',
    readyPath,
    ...(hasConsole ? [] : ['--no-console']),
    ...(isAsCommitted || args.includes('--changes') ? [] : ['--changes', JSON.stringify(LOAD_CHANGES)]),
    ...args,
  ];
  const child = await spawnStart(start, isAsCommitted && cwd === '' ? ROOT : cwd);
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  await eventually(
    () => {
      if (child.exitCode !== null)
        throw new Error(`the twin ended with status ${child.exitCode}:\n${output}`);
      return existsSync(readyPath);
    },
    { limitMs: START_LIMIT_MS, what: () => `the twin to be ready:\n${output}` },
  );
  const ready = JSON.parse(await readFile(readyPath, 'utf8')) as ReadyFile;
  return {
    ready,
    process: child,
    dataDir: data,
    output: () => output,
    async state() {
      return (await (await fetch(`${ready.control}/_twin/state`)).json()) as TwinState;
    },
    async fault(body) {
      const response = await fetch(`${ready.control}/_twin/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as TwinState & { detail?: string } };
    },
    region(name) {
      const found = ready.regions.find(({ region }) => region === name);
      if (found === undefined) throw new Error(`the twin has no region ${name}`);
      return found;
    },
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      const how = await ended;
      await rm(folder, { recursive: true, force: true });
      return how;
    },
  };
}

/** Runs `npm start` of a checkout, or else of the project of tests, with these arguments, without waiting for anything. */
export async function spawnStart(args: readonly string[], cwd = ''): Promise<ChildProcess> {
  return spawn(process.execPath, ['--import', 'tsx', 'scripts/start.ts', ...args], {
    cwd: cwd === '' ? await testProject() : cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Every item of a region's table, by key, read over the AWS SDK. */
export async function readAllItems(
  { dynamodb, region, table }: ReadyFile['regions'][number],
  { keep = (_item: Record<string, unknown>): boolean => true } = {},
): Promise<Map<string, Record<string, unknown>>> {
  const client = documentClient({ dynamodb, region });
  const items = new Map<string, Record<string, unknown>>();
  try {
    for await (const page of paginateScan({ client }, { TableName: table ?? '', ConsistentRead: true })) {
      for (const item of page.Items ?? []) if (keep(item)) items.set(`${item.pk} ${item.sk}`, item);
    }
  } finally {
    client.destroy();
  }
  return items;
}

/** A document client of one region's DynamoDB endpoint; the caller destroys it. */
export function documentClient({
  dynamodb,
  region,
}: {
  dynamodb: string;
  region: string;
}): DynamoDBDocumentClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: dynamodb, region, credentials, maxAttempts: 1 }),
  );
}
