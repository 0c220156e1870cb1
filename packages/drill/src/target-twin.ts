import { createTwinClient, type Fault } from '@gsp/twin/control';
import { type DrillFault, linksOf } from './drill-fault.ts';

/** One region of the twin under drill. */
export interface TargetRegion {
  readonly region: string;
  /** URL of its API, without a trailing slash. */
  readonly api: string;
}

/** A running twin, driven through its control API. */
export interface TargetTwin {
  readonly regions: readonly TargetRegion[];
  /** @throws {TwinRequestError} when the twin refuses the fault */
  inject(fault: DrillFault): Promise<void>;
  /** Takes every fault back: links and regions healed, clocks right, every region started. */
  restore(): Promise<void>;
  /** Whether every region runs and nothing is left to replicate. */
  isCaughtUp(): Promise<boolean>;
}

/** Longer than a twin takes whose machine is busy with the drill. */
const STATE_TIMEOUT_MS = 45_000;

/**
 * Takes a running twin by the URL of its control API.
 *
 * @throws {TwinRequestError} when no twin answers there
 */
export async function attachTwin(control: string, signal: AbortSignal): Promise<TargetTwin> {
  const client = createTwinClient(control, { stateTimeoutMs: STATE_TIMEOUT_MS });
  const inject = async (fault: DrillFault): Promise<void> => {
    if (fault.kind !== 'end-process') return void (await client.inject(fault, signal));
    const { pids } = (await client.state(signal)).regions.find(({ region }) => region === fault.region) ?? {};
    const pid = pids?.[fault.process];
    if (typeof pid === 'number') process.kill(pid, 'SIGKILL');
  };
  const regions = (await client.state(signal)).regions.map(({ region, api }) => ({ region, api }));
  const names = regions.map(({ region }) => region);
  return {
    regions,
    inject,
    // Also when the drill was told to end: a twin that somebody else uses is not left broken.
    restore: async () => {
      const undo = (fault: Fault) => client.inject(fault, new AbortController().signal);
      for (const region of names) {
        await undo({ region, kind: 'start' });
        await undo({ region, kind: 'clock', offsetMs: 0 });
        await undo({ region, kind: 'heal' });
      }
      for (const link of linksOf(names)) await undo({ link, kind: 'heal' });
    },
    isCaughtUp: async () => {
      const { regions: now, links } = await client.state(signal);
      return now.every(({ status }) => status === 'running') && links.every(({ backlog }) => backlog === 0);
    },
  };
}
