import { type Dispatcher, request } from 'undici';
import type { DataKeys } from './data/data-workload.ts';
import { DrillError } from './drill-error.ts';
import type { DrilledRegion } from './drilled-twin.ts';
import type { ObservedConflict, ObservedItem, RegionView } from './judge/history.ts';
import { counterSchema, pageSchema } from './judge/observed-schemas.ts';

/** Most pages of one list: a cursor that leads nowhere must not keep a drill for ever. */
const PAGES_MAX = 2_000;

/**
 * Reads everything that a run has written, through the API of one region: items, conflict log, counters.
 *
 * @throws {DrillError} when the region does not answer
 */
export async function readRegionView(
  { region, api }: DrilledRegion,
  { keys, dispatcher }: { keys: DataKeys; dispatcher: Dispatcher },
): Promise<RegionView> {
  const get = async (path: string): Promise<unknown> => {
    const response = await request(`${api}${path}`, { dispatcher });
    const text = await response.body.text();
    if (response.statusCode === 200) return JSON.parse(text);
    throw new DrillError(`Cannot read ${path} in ${region}: it answered ${response.statusCode} ${text}`);
  };
  const pks = [...new Set([...keys.hot.map(({ pk }) => pk), ...keys.freshPks])];
  const items: ObservedItem[] = [];
  const conflictsByKey: ObservedConflict[] = [];
  for (const pk of pks) {
    const name = encodeURIComponent(pk);
    for await (const page of pages(`/items/${name}?limit=100`, get)) items.push(...(page.items ?? []));
    for await (const page of pages(`/conflicts?pk=${name}&limit=100`, get))
      conflictsByKey.push(...(page.conflicts ?? []));
  }
  const conflicts: ObservedConflict[] = [];
  for await (const page of pages('/conflicts?limit=100', get))
    conflicts.push(...(page.conflicts ?? []).filter(({ loser }) => pks.includes(loser.pk)));
  const counters: Record<string, number> = {};
  for (const counter of [...keys.keyedCounters, ...keys.plainCounters])
    counters[counter] = counterSchema.parse(await get(`/counters/${encodeURIComponent(counter)}`)).value;
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
  throw new DrillError(`Cannot read ${path}: it has more than ${PAGES_MAX} pages, an end is needed`);
}
