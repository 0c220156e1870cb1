import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { CommandError } from '@gsp/cli-kit';
import { encodePathKey } from '@gsp/platform/contract';
import { type Dispatcher, request } from 'undici';
import type { DataRun } from './data/data-client.ts';
import type { DataKeys } from './data/data-workload.ts';
import {
  type Attempt,
  counterSchema,
  type History,
  type ObservedConflict,
  type ObservedItem,
  pageSchema,
  type RegionView,
} from './judge/history.ts';
import { isKept, judge, type Verdict } from './judge/judge.ts';
import type { TargetRegion, TargetTwin } from './target-twin.ts';

/** Longest time for regions to agree, and for consumers to follow up, after everything has healed. */
const SETTLE_LIMIT_MS = 30_000;
const LOOK_INTERVAL_MS = 400;
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
  readonly twin: Pick<TargetTwin, 'regions' | 'isCaughtUp'>;
  readonly keys: DataKeys;
  readonly clients: readonly LastReader[];
  /** What clients have done so far. */
  readonly history: History;
}

/** What settling needs of a run. */
type SettlingRun = Pick<DataRun, 'dispatcher' | 'signal' | 'nowMs'>;

/** What a run came to, and how it is judged. */
export interface Settled {
  /** With the last reads. */
  readonly history: History;
  readonly views: readonly RegionView[];
  readonly verdict: Verdict;
}

/**
 * Waits until nothing is left to replicate and two looks in a row, through every region, find the same; then judges.
 * What is found wrong may still be on its way, in a consumer that repeats a batch, so it is given time and is judged
 * once more.
 *
 * @throws {CommandError} when a region does not answer within the limit
 */
export async function settle(run: SettlingRun, settling: Settling): Promise<Settled> {
  const first = await judgeNow(await agreedViews(run, settling), settling);
  if (isKept(first.verdict)) return first;
  await pause(SECOND_LOOK_AFTER_MS, undefined, { signal: run.signal });
  return judgeNow(await agreedViews(run, settling), settling);
}

/** What all regions answer when they have stopped to change; or in the end, if they have not. */
async function agreedViews(run: SettlingRun, settling: Settling): Promise<readonly RegionView[]> {
  const limitMs = run.nowMs() + SETTLE_LIMIT_MS;
  let before: readonly RegionView[] | undefined;
  for (;;) {
    const isCaughtUp = await settling.twin.isCaughtUp();
    const views = await look(run, settling);
    const isOver = run.nowMs() > limitMs;
    if (views !== undefined && (isOver || (isCaughtUp && isDeepStrictEqual(views, before)))) return views;
    if (isOver) throw new CommandError(`Cannot judge: a region did not answer for ${SETTLE_LIMIT_MS} ms.`);
    before = views;
    await pause(LOOK_INTERVAL_MS, undefined, { signal: run.signal });
  }
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
  const get = async (path: string): Promise<unknown> => {
    const response = await request(`${api}${path}`, { dispatcher });
    const text = await response.body.text();
    if (response.statusCode === 200) return JSON.parse(text);
    throw new CommandError(`Cannot read ${path} in ${region}: it answered ${response.statusCode} ${text}`);
  };
  const pks = [...new Set([...keys.hot.map(({ pk }) => pk), ...keys.freshPks])];
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
  return { region, items, conflicts, conflictsByKey, counters };
}

async function* pages(path: string, get: (path: string) => Promise<unknown>) {
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
