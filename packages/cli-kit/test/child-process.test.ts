import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runChild } from '../src/child-process.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'child-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const options = (script: string) => ({
  args: ['-c', script],
  cwd: dir,
  env: { GREETING: 'hello' },
  logFile: join(dir, 'logs/child.log'),
  timeoutMs: 20_000,
  signal: new AbortController().signal,
});

/** Whether it runs: one that has ended and that nobody has reaped yet, as in a container without an init, does not. */
async function isAlive(pid: number): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

describe('runChild()', () => {
  test('tells lines without colours, keeps everything in the log, and gives the exit status', async () => {
    const lines: string[] = [];
    const end = await runChild('sh', {
      ...options('printf "\\033[32m$GREETING\\033[0m\\nworking\\rdone\\n"; echo oops >&2; exit 3'),
      onLine: (line) => void lines.push(line),
    });
    expect(end).toMatchObject({ status: 3, killedBy: null, isTimeout: false });
    expect([...lines].sort()).toEqual(['done', 'hello', 'oops', 'working']);
    const log = await readFile(join(dir, 'logs/child.log'), 'utf8');
    expect(log).toContain('\u001b[32mhello');
    expect(log).toContain('oops');
  });

  test('ends the whole group when its time is over, also one that does not heed SIGTERM', async () => {
    const pids: number[] = [];
    const end = await runChild('sh', {
      ...options('sleep 60 & echo $!; echo $$; wait'),
      timeoutMs: 300,
      onLine: (line) => void pids.push(Number(line)),
    });
    expect(end).toMatchObject({ isTimeout: true, killedBy: 'SIGTERM' });
    expect(pids).toHaveLength(2);
    for (const pid of pids) await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
  });

  test('throws the reason of an abort once the group is gone, and keeps the log', async () => {
    const stop = new AbortController();
    const pids: number[] = [];
    const running = runChild('sh', {
      ...options('sleep 60 & echo $!; wait'),
      signal: stop.signal,
      onLine: (line) => {
        pids.push(Number(line));
        stop.abort(new Error('told to end'));
      },
    });
    await expect(running).rejects.toThrow('told to end');
    for (const pid of pids) await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
    expect(await readFile(join(dir, 'logs/child.log'), 'utf8')).toContain(String(pids[0]));
  });

  test('starts nothing when it is aborted before', async () => {
    const signal = AbortSignal.abort(new Error('told to end'));
    await expect(runChild('sh', { ...options('touch started'), signal })).rejects.toThrow('told to end');
    await expect(readFile(join(dir, 'started'))).rejects.toThrow('ENOENT');
  });

  test('rejects when there is no such command', async () => {
    await expect(runChild('no-such-command', options(''))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('keeps what it wrote, the end of it only where it is much, and the line that names the error', async () => {
    const end = await runChild('sh', {
      ...options('echo begun; echo "Error: no table." >&2; sleep 0.1; echo ended; exit 1'),
      keptCharacters: 8,
    });
    expect(end).toMatchObject({ stdout: 'n\nended\n', stderr: ' table.\n' });
    expect(end.tail.text).toBe('begun\nError: no table.\nended');
    expect(end.tail.errorLine).toBe('Error: no table');
  });

  test('keeps the messages of a Node.js program', async () => {
    const end = await runChild(process.execPath, {
      ...options(''),
      args: ['-e', 'process.send({ ok: true }, () => process.exit(0))'],
      hasMessages: true,
    });
    expect(end).toMatchObject({ status: 0, messages: [{ ok: true }] });
  });
});
