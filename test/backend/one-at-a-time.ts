import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isAlive } from '@gsp/twin';
import { eventually } from '../twin/support/eventually.ts';

/** All the syntheses that test files can queue up for, on a machine that is busy. */
const LIMIT_MS = 200_000;

/**
 * Does what test files of several processes do one after the other. Synthesis takes every core by itself, and whoever
 * comes second for the same assembly finds it in the cache:
 *
 *     this process   lock ... synthesizes ... unlock
 *     another one      waits ....................... lock, finds it, unlock
 *
 * A lock whose process has died counts for nothing.
 *
 * @param lock - file that is there while somebody works
 */
export async function oneAtATime<T>(lock: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(lock), { recursive: true });
  await eventually(() => take(lock), {
    limitMs: LIMIT_MS,
    intervalMs: 100,
    what: () => `${lock} to be free; remove it if nobody works`,
  });
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
  // 0: it is being written at this moment, or was just given back.
  if (holder > 0 && !isAlive(holder)) await rm(lock, { force: true });
  return false;
}
