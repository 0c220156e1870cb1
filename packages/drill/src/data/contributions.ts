import { setTimeout as pause } from 'node:timers/promises';
import { encodePathKey } from '@gsp/platform/contract';
import type { Random } from '@gsp/twin';
import { request } from 'undici';
import { z } from 'zod';
import { itemName, type Violation } from '../judge/history.ts';
import { pick } from '../pick.ts';
import type { DataRun } from './data-client.ts';

/**
 * Plural of the entity that a run adds to from every region at once, where the stage has it: `kind` is text by which the index
 * `byKind` is partitioned, `marks` a record of numbers, and its merge keeps the marks of both.
 */
export const contributedPlural = 'tallies';
const entityName = 'tally';

/** Something that a region has acknowledged: it has to be in the item for ever. */
export interface Contribution {
  readonly id: string;
  readonly mark: string;
  readonly region: string;
}

type ContributionRun = Pick<DataRun, 'regions' | 'dispatcher' | 'signal'>;

/** Few, so that regions meet on them; and how often each region adds to one. */
const ITEMS = 6;
const PAUSE_MS = { min: 60, max: 240 };

/** Names of the items of a run. */
function idsOf(prefix: string): string[] {
  return Array.from({ length: ITEMS }, (_, at) => `${prefix}-tally-${at}`);
}

/**
 * Adds marks in every region, each by itself, until it is over.
 *
 * @returns what was acknowledged
 */
export async function contribute(
  run: ContributionRun,
  {
    prefix,
    randomOf,
    isOver,
  }: { prefix: string; randomOf: (region: string) => Random; isOver: () => boolean },
): Promise<readonly Contribution[]> {
  const made: Contribution[] = [];
  const ids = idsOf(prefix);
  const drive = async ({ region, api }: ContributionRun['regions'][number]) => {
    const random = randomOf(region);
    for (let count = 0; !isOver() && !run.signal.aborted; count += 1) {
      const id = pick(ids, random);
      const mark = `${region}-${count}`;
      if (await add(run, `${api}/${contributedPlural}/${encodePathKey(id)}`, { kind: prefix, mark }))
        made.push({ id, mark, region });
      const waitMs = PAUSE_MS.min + random() * (PAUSE_MS.max - PAUSE_MS.min);
      await pause(waitMs, undefined, { signal: run.signal }).catch(() => undefined);
    }
  };
  await Promise.all(run.regions.map(drive));
  return made;
}

/** Whether the region acknowledged the mark. An item that it does not hold is made: both may make it at once. */
async function add(
  run: ContributionRun,
  url: string,
  { kind, mark }: { readonly kind: string; readonly mark: string },
): Promise<boolean> {
  const marks = { [mark]: 1 };
  const patched = await send(run, url, { method: 'PATCH', body: { marks } });
  if (patched !== 404) return patched === 200;
  const made = await send(run, url, {
    ...{ method: 'PUT', body: { kind, marks } },
    headers: { 'if-none-match': '*' },
  });
  return made === 200;
}

async function send(
  { dispatcher }: ContributionRun,
  url: string,
  { method, body, headers = {} }: { method: 'PATCH' | 'PUT'; body: object; headers?: Record<string, string> },
): Promise<number> {
  try {
    const answer = await request(url, {
      ...{ method, dispatcher, body: JSON.stringify(body) },
      headers: { 'content-type': 'application/json', ...headers },
    });
    await answer.body.dump();
    return answer.statusCode;
  } catch {
    return 0;
  }
}

const tallySchema = z.object({
  id: z.string(),
  version: z.record(z.string(), z.number()),
  marks: z.record(z.string(), z.number()),
});
type Tally = z.infer<typeof tallySchema>;
const tallyPageSchema = z.object({ items: z.array(tallySchema), cursor: z.string().optional() });
const lossSchema = z.object({
  conflicts: z.array(z.object({ loser: z.object({ data: z.object({ marks: z.unknown() }).optional() }) })),
});

/** Breaches of what is promised of merges. */
export interface ContributionVerdict {
  readonly losses: readonly Violation[];
  readonly convergence: readonly Violation[];
}

/** What was found wrong is looked at again so often: an index follows its item, and a merge what it is made of. */
const LOOKS_MAX = 30;
const LOOK_INTERVAL_MS = 500;

/**
 * Judges, once everything has settled, whether each contribution is in the item in every region or its loss in the log, whether
 * regions hold the same, and whether the index finds each item once.
 */
export async function judgeContributions(
  run: ContributionRun,
  { prefix, made }: { readonly prefix: string; readonly made: readonly Contribution[] },
): Promise<ContributionVerdict> {
  for (let looks = 1; ; looks += 1) {
    const verdict = await look(run, { prefix, made });
    const isKept = verdict.losses.length + verdict.convergence.length === 0;
    if (isKept || looks === LOOKS_MAX) return verdict;
    await pause(LOOK_INTERVAL_MS, undefined, { signal: run.signal });
  }
}

async function look(
  run: ContributionRun,
  { prefix, made }: { readonly prefix: string; readonly made: readonly Contribution[] },
): Promise<ContributionVerdict> {
  const ids = [...new Set(made.map(({ id }) => id))].sort();
  const views = await Promise.all(
    run.regions.map(async ({ region, api }) => ({
      region,
      items: await readTallies(run, { api, prefix }),
      logged: await readLogged(run, { api, ids }),
    })),
  );
  const losses = views.flatMap(({ region, items, logged }) =>
    made
      .filter(({ id, mark }) => items.get(id)?.[0]?.marks[mark] === undefined && !logged.has(mark))
      .map(({ id, mark, region: by }) => ({
        detail: `${region} holds ${nameOf(id)} without ${mark}, which ${by} acknowledged, and no conflict tells of it`,
        subject: nameOf(id),
      })),
  );
  const [first, ...others] = views;
  const convergence = ids.flatMap((id) => {
    const found = first?.items.get(id) ?? [];
    const twice = views.filter(({ items }) => items.get(id)?.length !== 1).map(({ region }) => region);
    const differs = others
      .filter(({ items }) => !isSame(items.get(id)?.[0], found[0]))
      .map(({ region }) => region);
    return [
      ...twice.map((region) => ({
        detail: `the index of ${region} does not have ${nameOf(id)} once`,
        subject: nameOf(id),
      })),
      ...differs.map((region) => ({
        detail: `${region} holds another ${nameOf(id)} than ${first?.region}`,
        subject: nameOf(id),
      })),
    ];
  });
  return { losses, convergence };
}

function nameOf(id: string): string {
  return itemName({ pk: `${entityName}~${id}`, sk: id });
}

function isSame(a: Tally | undefined, b: Tally | undefined): boolean {
  return JSON.stringify([a?.version, sorted(a?.marks)]) === JSON.stringify([b?.version, sorted(b?.marks)]);
}

function sorted(marks: Tally['marks'] = {}): string[] {
  return Object.keys(marks).sort();
}

/** Items of a run as the index finds them, by id. */
async function readTallies(
  { dispatcher }: ContributionRun,
  { api, prefix }: { readonly api: string; readonly prefix: string },
): Promise<ReadonlyMap<string, readonly Tally[]>> {
  const found = new Map<string, Tally[]>();
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const query = new URLSearchParams({ index: 'byKind', kind: prefix, ...(cursor !== '' && { cursor }) });
    const { body } = await request(`${api}/${contributedPlural}?${query}`, { dispatcher });
    const page: z.infer<typeof tallyPageSchema> = tallyPageSchema.parse(await body.json());
    for (const item of page.items) found.set(item.id, [...(found.get(item.id) ?? []), item]);
    cursor = page.cursor;
  }
  return found;
}

/** Marks of writes that could not be merged, and are in the conflict log. */
async function readLogged(
  { dispatcher }: ContributionRun,
  { api, ids }: { readonly api: string; readonly ids: readonly string[] },
): Promise<ReadonlySet<string>> {
  const marks = new Set<string>();
  for (const id of ids) {
    const query = new URLSearchParams({ pk: `${entityName}~${id}`, limit: '100' });
    const { body } = await request(`${api}/conflicts?${query}`, { dispatcher });
    for (const { loser } of lossSchema.parse(await body.json()).conflicts)
      for (const mark of Object.keys(Object(loser.data?.marks))) marks.add(mark);
  }
  return marks;
}
