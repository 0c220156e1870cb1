import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { CommandError } from '@gsp/cli-kit';
import { encodePathKey } from '@gsp/platform/contract';
import { type Dispatcher, request } from 'undici';
import type { DataRun } from './data/data-client.ts';
import { type DataKeys, partitionsOf } from './data/data-keys.ts';
import {
  type Attempt,
  counterSchema,
  type History,
  type ObservedConflict,
  type ObservedItem,
  pageSchema,
  type RegionView,
  type TallyView,
} from './judge/history.ts';
import { isKept, judge, type Verdict } from './judge/judge.ts';
import { type ObservedTally, tallyPageSchema, tallyPartition, tallySchema } from './judge/tally.ts';
import { tallyPath, tallyQuery } from './send-operation.ts';
import type { Progress, TargetRegion } from './target-twin.ts';

/**
 * Longest time for everything to be followed up after the faults were taken back. A consumer waits up to ten seconds
 * between attempts, and each of them may take a function's whole minute on a machine that is busy.
 */
const SETTLE_LIMIT_MS = 300_000;
const LOOK_INTERVAL_MS = 400;
/** Where nobody tells what is still on its way, it is given this time. */
const SECOND_LOOK_AFTER_MS = 5_000;

/** A client of a run, as far as judging needs it once more. */
export interface LastReader {
  /**
   * Reads what the session has seen once more, in every region.
   *
   * @param asked - what other clients have asked already, having seen the same; this client's reads are added
   */
  readLast(record: (attempt: Attempt) => void, asked: Set<string>): Promise<void>;
}

/** What is to settle. */
export interface Settling {
  readonly twin: {
    readonly regions: readonly TargetRegion[];
    /** Undefined where nobody tells. */
    progress(): Promise<Progress | undefined>;
  };
  readonly keys: DataKeys;
  readonly clients: readonly LastReader[];
  /** What clients have done so far. */
  readonly history: History;
}

/** What settling needs of a run. */
interface SettlingRun extends Pick<DataRun, 'dispatcher' | 'signal' | 'nowMs'> {
  /** @default - a timer */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** What a run came to, and how it is judged. */
export interface Settled {
  /** With the last reads. */
  readonly history: History;
  readonly views: readonly RegionView[];
  readonly verdict: Verdict;
}

/**
 * Waits until nothing is left to replicate or to follow up, and two looks in a row, through every region, find the
 * same; then judges. No length of time would do for that: a consumer that failed through an outage comes back to its
 * batch when its wait is over, and until then its conflicts are in no log.
 *
 *     consumer   fails .. fails .... fails ................ (waits 10 s) ............ succeeds: the entry is there
 *     drill                      heals   looks: a write without a trace   looks again: the same
 *
 * Where nobody tells what is left, what is found wrong is given time, and judged once more.
 *
 * @throws {CommandError} when a region does not answer, or something is left to do, when the limit is reached
 */
export async function settle(run: SettlingRun, settling: Settling): Promise<Settled> {
  const { views, isTold } = await agreedViews(run, settling);
  const first = await judgeNow(views, settling);
  if (isTold || isKept(first.verdict)) return first;
  await sleep(SECOND_LOOK_AFTER_MS, run);
  const second = await agreedViews(run, settling);
  return judgeNow(second.views, settling);
}

function sleep(ms: number, { signal, sleep: wait }: SettlingRun): Promise<unknown> {
  return wait === undefined ? pause(ms, undefined, { signal }) : wait(ms, signal);
}

/** What all regions answer, and whether somebody has told that nothing was left to do. */
interface AgreedViews {
  readonly views: readonly RegionView[];
  readonly isTold: boolean;
}

/** What all regions answer when they have stopped to change; or in the end, if they go on to. */
async function agreedViews(run: SettlingRun, settling: Settling): Promise<AgreedViews> {
  const limitMs = run.nowMs() + SETTLE_LIMIT_MS;
  let before: readonly RegionView[] | undefined;
  for (;;) {
    const progress = await settling.twin.progress();
    const seen = await look(run, settling);
    const views = seen?.map((view) => ({ ...view, batchesGivenUp: progress?.givenUp[view.region] ?? 0 }));
    const pending = progress?.pending ?? [];
    const isOver = run.nowMs() > limitMs;
    const isDone = views !== undefined && pending.length === 0;
    if (isDone && (isOver || isDeepStrictEqual(views, before)))
      return { views, isTold: progress !== undefined };
    if (isOver) throw notSettled(views === undefined ? ['a region did not answer'] : pending);
    before = isDone ? views : undefined;
    await sleep(LOOK_INTERVAL_MS, run);
  }
}

function notSettled(why: readonly string[]): CommandError {
  return new CommandError(
    `Cannot judge: ${why.join('; ')}, ${SETTLE_LIMIT_MS / 1_000} s after everything was healed. ` +
      'Run it again on a machine that is less busy; the log of the region says what its functions do.',
  );
}

async function look(run: SettlingRun, { twin, keys }: Settling): Promise<readonly RegionView[] | undefined> {
  try {
    const { dispatcher } = run;
    return await Promise.all(twin.regions.map((region) => readRegionView(region, { keys, dispatcher })));
  } catch {
    // A region that has just started may refuse at first; the limit says when that is no excuse any more.
    return undefined;
  }
}

async function judgeNow(views: readonly RegionView[], { clients, history }: Settling): Promise<Settled> {
  const last: Attempt[] = [];
  const asked = new Set<string>();
  await Promise.all(clients.map((client) => client.readLast((attempt) => last.push(attempt), asked)));
  const whole = { ...history, attempts: [...history.attempts, ...last] };
  return { history: whole, views, verdict: judge(whole, views) };
}

/** Most pages of one list: a cursor that leads nowhere must not keep a drill for ever. */
const PAGES_MAX = 2_000;

/**
 * Reads everything that a run has written, through the API of one region: items, conflict log, counters.
 *
 * @throws {CommandError} when the region does not answer
 */
export async function readRegionView(
  { region, api }: TargetRegion,
  { keys, dispatcher }: { keys: DataKeys; dispatcher: Dispatcher },
): Promise<RegionView> {
  const get: Get = async (path, absent) => {
    const response = await request(`${api}${path}`, { dispatcher });
    const text = await response.body.text();
    if (response.statusCode === 200) return JSON.parse(text);
    if (response.statusCode === absent) return undefined;
    throw new CommandError(`Cannot read ${path} in ${region}: it answered ${response.statusCode} ${text}`);
  };
  const pks = partitionsOf(keys);
  const items: ObservedItem[] = [];
  const conflictsByKey: ObservedConflict[] = [];
  for (const pk of pks) {
    for await (const page of pages(`/items/${encodePathKey(pk)}?limit=100`, get))
      items.push(...(page.items ?? []));
    for await (const page of pages(`/conflicts?pk=${encodeURIComponent(pk)}&limit=100`, get))
      conflictsByKey.push(...(page.conflicts ?? []));
  }
  const conflicts: ObservedConflict[] = [];
  for await (const page of pages('/conflicts?limit=100', get))
    conflicts.push(...(page.conflicts ?? []).filter(({ loser }) => pks.includes(loser.pk)));
  const counters: Record<string, number> = {};
  for (const counter of [...keys.keyedCounters, ...keys.plainCounters])
    counters[counter] = counterSchema.parse(await get(`/counters/${encodePathKey(counter)}`)).value;
  const tallies = keys.tallies.length === 0 ? {} : { tallies: await readTallies(keys, get) };
  return { region, items, conflicts, conflictsByKey, counters, ...tallies };
}

async function readTallies({ tallies, tallyKinds }: DataKeys, get: Get): Promise<TallyView> {
  const items: ObservedTally[] = [];
  const conflicts: ObservedConflict[] = [];
  for (const { id } of tallies) {
    const found = await get(tallyPath({ tally: id }), 404);
    if (found !== undefined) items.push(tallySchema.parse(found));
    const log = `/conflicts?pk=${encodeURIComponent(tallyPartition(id))}&limit=100`;
    for await (const page of pages(log, get)) conflicts.push(...(page.conflicts ?? []));
  }
  const byKind: Record<string, readonly ObservedTally[]> = {};
  for (const kind of tallyKinds) byKind[kind] = tallyPageSchema.parse(await get(tallyQuery(kind))).items;
  return { items, byKind, conflicts };
}

/** Reads what a path of the region shows; undefined where its answer has the status that means there is nothing. */
type Get = (path: string, absent?: 404) => Promise<unknown>;

async function* pages(path: string, get: Get) {
  let cursor: string | undefined;
  for (let count = 0; count < PAGES_MAX; count += 1) {
    const at = cursor === undefined ? path : `${path}&cursor=${encodeURIComponent(cursor)}`;
    const page = pageSchema.parse(await get(at));
    yield page;
    if (page.cursor === undefined) return;
    cursor = page.cursor;
  }
  throw new CommandError(`Cannot read ${path}: it has more than ${PAGES_MAX} pages, an end is needed`);
}
