import type { TwinProcess } from './twin-process.ts';

/**
 * Kills a process of a region with SIGKILL, from outside.
 *
 * @throws {Error} when it does not run: a signal to process 0 would reach every process of the tests themselves
 */
export async function killProcess(
  twin: TwinProcess,
  victim: { readonly region: string; readonly process: 'region' | 'engine' },
): Promise<void> {
  const { regions } = await twin.state();
  const pid = regions.find(({ region }) => region === victim.region)?.pids[victim.process] ?? null;
  if (pid === null) throw new Error(`the ${victim.process} process of ${victim.region} does not run`);
  process.kill(pid, 'SIGKILL');
}
