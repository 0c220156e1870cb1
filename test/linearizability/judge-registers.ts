import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/**
 * Judges the file that `npm run drill -- --scenario data --out FILE` wrote by porcupine, a checker of linearizability
 * in Go: first its own model by histories that keep and break it, then what was recorded. Where there is no Go, it
 * says so and judges nothing.
 *
 *     node --import tsx test/linearizability/judge-registers.ts registers.json
 */
const [file = 'registers.json'] = process.argv.slice(2);
const recorded = resolve(file);

/** Fetching the module and compiling it included. */
const LIMIT_MS = 15 * 60_000;

process.exitCode = isGoHere()
  ? go('test', './...') || go('run', '.', '-page', `${recorded}.html`, recorded)
  : skipped();

function isGoHere(): boolean {
  return spawnSync('go', ['version']).status === 0;
}

function go(...args: readonly string[]): number {
  const options = { cwd: import.meta.dirname, stdio: 'inherit', timeout: LIMIT_MS } as const;
  return spawnSync('go', args, options).status ?? 1;
}

function skipped(): number {
  process.stderr.write(
    'SKIPPED: no history was judged for linearizability, as there is no Go (1.21 or later) on this machine. ' +
      'Install it from https://go.dev/dl and run this again.\n',
  );
  return 0;
}
