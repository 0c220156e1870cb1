import { createTwinClient, type Fault, type TwinRegion, type TwinState } from '@gsp/twin/control';
import { z } from 'zod';
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
  /** What the backend defines, by plural. */
  readonly entities: ReadonlySet<string>;
  /** @throws {TwinRequestError} when the twin refuses the fault */
  inject(fault: DrillFault): Promise<void>;
  /** Takes every fault back: links and regions healed, clocks right, every region started. */
  restore(): Promise<void>;
  progress(): Promise<Progress>;
}

/** How far a twin is with what goes on after writes were acknowledged. */
export interface Progress {
  /** What is not done yet, for a person, one phrase each; empty when everything has caught up. */
  readonly pending: readonly string[];
  /** Batches that consumers of streams have given up since the twin was attached to, by region. */
  readonly givenUp: Readonly<Record<string, number>>;
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
  const attached = await client.state(signal);
  const queuedBefore = queuedBatches(attached);
  const regions = attached.regions.map(({ region, api }) => ({ region, api }));
  const names = regions.map(({ region }) => region);
  return {
    regions,
    entities: entitiesIn(attached),
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
    progress: async () => {
      const state = await client.state(signal);
      const queued = Object.entries(queuedBatches(state));
      const givenUp = queued.map(([region, depth]) => [region, depth - (queuedBefore[region] ?? 0)] as const);
      return { pending: pendingIn(state), givenUp: Object.fromEntries(givenUp) };
    },
  };
}

const outputsSchema = z.object({
  custom: z.object({ platform: z.object({ entities: z.record(z.string(), z.unknown()).optional() }) }),
});

/** Every region puts out the same; templates that are not the platform's put out nothing of the kind. */
function entitiesIn({ outputs }: Pick<TwinState, 'outputs'>): ReadonlySet<string> {
  const texts = Object.values(outputs).flatMap(({ customOutputs }) => customOutputs ?? []);
  const found = texts.map((text) => outputsSchema.safeParse(JSON.parse(text)));
  return new Set(found.flatMap(({ data }) => Object.keys(data?.custom.platform.entities ?? {})));
}

/** What a twin has not done yet, one phrase each. */
export function pendingIn({ regions, links }: Pick<TwinState, 'regions' | 'links'>): string[] {
  const down = regions.filter(({ status }) => status !== 'running');
  const waiting = links.filter(({ backlog }) => backlog !== 0);
  return [
    ...down.map(({ region, status }) => `${region} is ${status}`),
    ...waiting.map(({ from, to, backlog }) => `${backlog ?? 'unknown'} changes from ${from} to ${to}`),
    ...regions.flatMap(({ region, eventSourceMappings }) =>
      (eventSourceMappings ?? [])
        .filter(({ backlog }) => backlog > 0)
        .map(({ functionName, backlog, lastError }) => {
          const why = lastError === null ? '' : `, whose last attempt failed (${lastError})`;
          return `${backlog} changes of ${region} for ${functionName}${why}`;
        }),
    ),
  ];
}

/** Messages in the queues of batches that were given up, by region. */
function queuedBatches({ regions }: Pick<TwinState, 'regions'>): Record<string, number> {
  const depthOf = ({ queues }: TwinRegion) => (queues ?? []).reduce((sum, { depth }) => sum + depth, 0);
  return Object.fromEntries(regions.map((region) => [region.region, depthOf(region)]));
}
