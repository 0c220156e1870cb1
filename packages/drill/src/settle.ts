import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { DrillRun } from './data/data-client.ts';
import type { DataKeys } from './data/data-workload.ts';
import { DrillError } from './drill-error.ts';
import type { DrilledTwin } from './drilled-twin.ts';
import type { Attempt, History, RegionView } from './judge/history.ts';
import { isKept, judge, type Verdict } from './judge/judge.ts';
import { readRegionView } from './region-views.ts';

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
  readonly twin: Pick<DrilledTwin, 'regions' | 'isCaughtUp'>;
  readonly keys: DataKeys;
  readonly clients: readonly LastReader[];
  /** What clients have done so far. */
  readonly history: History;
}

/** What settling needs of a run. */
type SettlingRun = Pick<DrillRun, 'dispatcher' | 'signal' | 'nowMs'>;

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
 * @throws {DrillError} when a region does not answer within the limit
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
    if (isOver) throw new DrillError(`Cannot judge: a region did not answer for ${SETTLE_LIMIT_MS} ms.`);
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
