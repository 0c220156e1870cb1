import type { TwinProcess } from './twin-process.ts';

/** A process of a region. */
export interface Victim {
  readonly region: string;
  readonly process: 'region' | 'engine';
}

/**
 * Kills processes of regions with SIGKILL, from outside, all at one moment. Who they are is asked before the first dies: the
 * twin answers the death of one by ending what belongs to it, and would then name no other.
 *
 * @throws {Error} when one does not run: a signal to process 0 would reach every process of the tests themselves
 */
export async function killProcesses(twin: TwinProcess, victims: readonly Victim[]): Promise<void> {
  const { regions } = await twin.state();
  const pids = victims.map((victim) => {
    const pid = regions.find(({ region }) => region === victim.region)?.pids[victim.process] ?? null;
    if (pid === null) throw new Error(`the ${victim.process} process of ${victim.region} does not run`);
    return pid;
  });
  for (const pid of pids) process.kill(pid, 'SIGKILL');
}
