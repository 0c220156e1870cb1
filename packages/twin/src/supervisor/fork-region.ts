import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { appendToOwnFile, makeOwnFolder } from '../own-file.ts';

/**
 * Starts a region's process apart from the terminal's process group: Ctrl-C must reach the supervisor alone,
 * which then ends the regions in order. When the supervisor is gone, the channel closes and the region ends
 * itself and its engine.
 */
export function forkRegion(entry: string, dataDir: string): ChildProcess {
  makeOwnFolder(dataDir);
  const { PATH, HOME, TMPDIR, LANG } = process.env;
  const child = fork(entry, [], {
    detached: true,
    execArgv: [],
    // Nothing of the developer's shell but what a program needs to run: no AWS profile, no credentials.
    // Lambda's clock is UTC; a worker thread cannot have a time zone of its own.
    env: { PATH, HOME, TMPDIR, LANG, TZ: 'UTC', NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const keep = (chunk: Buffer) => {
    try {
      appendToOwnFile(join(dataDir, 'region-process.log'), chunk);
    } catch {
      // A full disk must not take the twin down with it; what the process printed is lost.
    }
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return child;
}
