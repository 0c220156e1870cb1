import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { identifyProcess, isAlive, isRunning } from '../src/process-identity.ts';

function startProcess() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

test('a process is itself, in every question', () => {
  const { pid = 0 } = startProcess();
  const identity = identifyProcess(pid);
  expect(identity).toEqual({ pid, startedAt: expect.stringMatching(/\S/) });
  expect(identifyProcess(pid)).toEqual(identity);
  expect(identity && isRunning(identity)).toBe(true);
});

test('another process that got the same id is another one', () => {
  const identity = identifyProcess(process.pid);
  expect(isRunning({ pid: process.pid, startedAt: `${identity?.startedAt} before` })).toBe(false);
  expect(isRunning({ pid: process.pid, startedAt: '' })).toBe(false);
});

test('a process that has ended is none', async () => {
  const child = startProcess();
  const identity = identifyProcess(child.pid ?? 0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(identifyProcess(child.pid ?? 0)).toBeUndefined();
  expect(identity && isRunning(identity)).toBe(false);
});

// `exec` makes the shell a program that never asks after its child: the child stays a zombie until that one ends.
test('a process that has ended and that nobody has asked about runs no more', async () => {
  const parent = spawn('/bin/sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [output] = await once(parent.stdout, 'data');
  const pid = Number(String(output));
  await expect.poll(() => programOf(parent.pid ?? 0), { timeout: 20_000 }).toMatch(/sleep$/);
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => identifyProcess(pid), { timeout: 20_000 }).toBeUndefined();
  expect(isAlive(pid)).toBe(true);
});

function programOf(pid: number): string {
  return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim();
}
