import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProjectDir } from '@gsp/operator/project';
import { synthesize } from '@gsp/operator/synthesis';
import { ACCOUNT_ID, type FunctionDefinition, resolveAssembly, startEngine } from '@gsp/twin';
import { createBenchTable } from './bench-table.ts';
import { bundleBytes, bundleFunction } from './bundle-function.ts';
import type { Measurement } from './measurement.ts';
import { median } from './statistics.ts';

const REGION = 'eu-west-1';
const BACKEND = { type: 'branch', namespace: 'local', name: 'main' } as const;

/** A bundle and the first event it is given. */
interface Candidate {
  readonly name: string;
  readonly codeDir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly event: unknown;
}

/**
 * Import plus first invocation of each function in a fresh process, against a bare function that holds only the
 * DynamoDB document client and is bundled the same way; and what each bundle weighs.
 */
export async function measureFunctionStart(port: number, runs: number): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'function-bench-'));
  const engine = await startEngine({
    kind: 'dynoxide',
    host: '127.0.0.1',
    port,
    dataDir: folder,
    region: REGION,
  });
  try {
    const candidates = await candidatesOf(folder);
    const table = candidates[1]?.environment.TABLE_NAME ?? '';
    await createBenchTable(engine.url, table);
    const samples = new Map(candidates.map(({ name }) => [name, [] as number[]]));
    for (let run = 0; run <= runs; run += 1) {
      for (const candidate of candidates) {
        const ms = await firstInvocationMs(candidate, { endpoint: engine.url, table });
        // The first round fills the system's file cache for all of them alike.
        if (run > 0) samples.get(candidate.name)?.push(ms);
      }
    }
    return [...startRows(samples), ...(await weightRows(candidates))];
  } finally {
    engine.kill('SIGKILL');
    await engine.exited;
    await rm(folder, { recursive: true, force: true });
  }
}

async function candidatesOf(folder: string): Promise<Candidate[]> {
  const [assembly] = await synthesize({ rootDir: findProjectDir(), regions: [REGION], backend: BACKEND });
  const { functions } = await resolveAssembly(assembly?.assemblyDir ?? '', {
    region: REGION,
    accountId: ACCOUNT_ID,
    apiEndpoint: () => 'http://127.0.0.1',
  });
  const bare = { name: 'bare', codeDir: await bundleBare(folder), environment: {}, event: {} };
  // For the others, which follow the stream or a deployment, nobody waits.
  const answering = functions.filter(({ functionName }) => /-(health|api)$/.test(functionName));
  return [bare, ...answering.map(candidateOf)];
}

function candidateOf({ functionName, codeDir, environment }: FunctionDefinition): Candidate {
  const isHealth = functionName.includes('health');
  return {
    name: isHealth ? 'health' : 'api',
    codeDir,
    environment,
    event: isHealth ? httpEvent('GET /health') : httpEvent('POST /write', '{"pk":"bench","data":{"n":1}}'),
  };
}

async function bundleBare(folder: string): Promise<string> {
  const outdir = join(folder, 'bare');
  await bundleFunction('bare-function.ts', outdir);
  return outdir;
}

/** Run in the fresh process: everything before the first line of it is the same for all. */
const PROGRAM = `
const [path, event] = JSON.parse(process.argv[1]);
const startedAt = performance.now();
const { handler } = await import(path);
const answer = await handler(event, { awsRequestId: 'bench', functionName: 'bench', getRemainingTimeInMillis: () => 3000 });
const ms = performance.now() - startedAt;
if (answer.statusCode !== 200) throw new Error(JSON.stringify(answer));
process.stderr.write(String(ms));
process.exit(0);
`;

async function firstInvocationMs(
  { codeDir, environment, event }: Candidate,
  { endpoint, table }: { endpoint: string; table: string },
): Promise<number> {
  const args = ['--input-type=module', '-e', PROGRAM, JSON.stringify([join(codeDir, 'index.mjs'), event])];
  const env = {
    PATH: process.env.PATH,
    TABLE_NAME: table,
    ...environment,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  };
  const { stderr } = await promisify(execFile)(process.execPath, args, { env });
  const ms = Number(/([\d.]+)$/.exec(stderr)?.[1]);
  if (Number.isNaN(ms))
    throw new Error(`Cannot measure a function's start: it printed ${JSON.stringify(stderr)}.`);
  return ms;
}

function startRows(samples: ReadonlyMap<string, readonly number[]>): Measurement[] {
  const bareMs = median(samples.get('bare') ?? []);
  return [...samples].flatMap(([name, runs]): Measurement[] => {
    const group = 'function start';
    const absolute: Measurement = {
      group,
      name: `${name}: import and first invocation`,
      value: median(runs),
      unit: 'ms',
      runs,
    };
    if (name === 'bare') return [absolute];
    const ratio = median(runs) / bareMs;
    return [
      absolute,
      { group, name: `${name} against bare`, value: ratio, unit: '×', runs: [], goal: { atMost: 1.3 } },
    ];
  });
}

async function weightRows(candidates: readonly Candidate[]): Promise<Measurement[]> {
  return Promise.all(
    candidates.map(async ({ name, codeDir }): Promise<Measurement> => {
      const kb = (await bundleBytes(codeDir)) / 1000;
      const goal = name === 'bare' ? {} : { goal: { atMost: 700 } };
      return { group: 'function bundle', name, value: kb, unit: 'kB', runs: [kb], ...goal };
    }),
  );
}

/** An event as an HTTP API sends it, payload format 2.0. */
function httpEvent(routeKey: string, body?: string): unknown {
  const [method = '', path = ''] = routeKey.split(' ');
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json' },
    requestContext: {
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'bench' },
      requestId: 'bench',
      routeKey,
      stage: '$default',
      timeEpoch: 0,
    },
    isBase64Encoded: false,
    ...(body === undefined ? {} : { body }),
  };
}
