import { z } from 'zod';
import { type DrillFault, linksOf } from './data/fault-schedule.ts';
import { DrillError } from './drill-error.ts';

/** One region of the twin under drill. */
export interface DrilledRegion {
  readonly region: string;
  /** URL of its API, without a trailing slash. */
  readonly api: string;
}

/** A running twin, driven through its control API. */
export interface DrilledTwin {
  readonly regions: readonly DrilledRegion[];
  /** @throws {DrillError} when the twin refuses the fault */
  inject(fault: DrillFault): Promise<void>;
  /** Takes every fault back: links and regions healed, clocks right, every region started. */
  restore(): Promise<void>;
  /** Whether every region runs and nothing is left to replicate. */
  isCaughtUp(): Promise<boolean>;
}

const CONTROL_TIMEOUT_MS = 45_000;

/** What a drill needs of the twin's state. */
const stateSchema = z.object({
  regions: z.array(
    z.object({
      region: z.string(),
      api: z.string(),
      status: z.string(),
      pids: z.object({ region: z.number().nullable(), engine: z.number().nullable() }),
    }),
  ),
  links: z.array(z.object({ backlog: z.number().nullable() })),
});

/**
 * Takes a running twin by the URL of its control API.
 *
 * @throws {DrillError} when no twin answers there
 */
export async function attachTwin(control: string, signal: AbortSignal): Promise<DrilledTwin> {
  const call = async (path: string, body?: object, isEnding = false): Promise<unknown> => {
    const limit = AbortSignal.timeout(CONTROL_TIMEOUT_MS);
    const response = await fetch(`${control}/_twin/${path}`, {
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      signal: isEnding ? limit : AbortSignal.any([signal, limit]),
    }).catch((cause: unknown) => {
      if (!isEnding) signal.throwIfAborted();
      throw new DrillError(
        `Cannot reach the twin: ${control} does not answer, its control API is needed. Start one with npm start.`,
        { cause },
      );
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer;
    const { detail = response.statusText } = z.object({ detail: z.string().optional() }).parse(answer);
    throw new DrillError(`Cannot drill the twin: ${detail}`);
  };
  const state = async () => stateSchema.parse(await call('state'));
  const inject = async (fault: DrillFault): Promise<void> => {
    if (fault.kind !== 'end-process') return void (await call('faults', fault));
    const { pids } = (await state()).regions.find(({ region }) => region === fault.region) ?? {};
    const pid = pids?.[fault.process];
    if (typeof pid === 'number') process.kill(pid, 'SIGKILL');
  };
  const regions = (await state()).regions.map(({ region, api }) => ({ region, api }));
  const names = regions.map(({ region }) => region);
  return {
    regions,
    inject,
    // Also when the drill was told to end: a twin that somebody else uses is not left broken.
    restore: async () => {
      const undo = (fault: DrillFault) => call('faults', fault, true);
      for (const region of names) {
        await undo({ region, kind: 'start' });
        await undo({ region, kind: 'clock', offsetMs: 0 });
        await undo({ region, kind: 'heal' });
      }
      for (const link of linksOf(names)) await undo({ link, kind: 'heal' });
    },
    isCaughtUp: async () => {
      const { regions: now, links } = await state();
      return now.every(({ status }) => status === 'running') && links.every(({ backlog }) => backlog === 0);
    },
  };
}
