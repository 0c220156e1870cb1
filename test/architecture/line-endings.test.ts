import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);

test('a clone with core.autocrlf=true has LF in every file, so that it passes the gate', async () => {
  const clone = await mkdtemp(join(tmpdir(), 'autocrlf-'));
  try {
    await run('git', ['clone', '--quiet', '--config', 'core.autocrlf=true', ROOT, clone]);
    const { stdout } = await run('git', ['ls-files', '--eol'], { cwd: clone, maxBuffer: 16_000_000 });
    const lines = stdout.trim().split('\n');
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.filter((line) => /\bw\/(crlf|mixed)\b/.test(line))).toEqual([]);
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
}, 60_000);
