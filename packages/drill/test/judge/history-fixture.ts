import type {
  Answer,
  Attempt,
  History,
  ObservedConflict,
  ObservedItem,
  Operation,
  RegionView,
  Version,
} from '../../src/judge/history.ts';
import { isKept, judge, type PromiseName } from '../../src/judge/judge.ts';

/** Two regions and one item, by short names: what small histories are about. */
export const [W, C] = ['eu-west-1', 'eu-central-1'] as const;
export const KEY = { pk: 'p', sk: 's' } as const;

const SECOND_MS = 1_000;
let attempts = 0;

/** The image of a write: `op` stands in its data; without one it is a tombstone. */
export function image(region: string, version: Version, op?: string): ObservedItem {
  const updatedAt = new Date(Math.max(...Object.values(version)) * SECOND_MS).toISOString();
  const content = op === undefined ? { deleted: true } : { data: { op } };
  return { ...KEY, createdAt: updatedAt, updatedAt, ttl: 4_000_000_000, region, version, ...content };
}

/** One attempt; each begins a second after the one that was made before it, and takes half a second. */
export function attempt(operation: Operation, region: string, answer: Answer): Attempt {
  attempts += 1;
  const startMs = attempts * SECOND_MS;
  const keptSession = answer.sighting !== undefined;
  return { operation, region, startMs, endMs: startMs + 500, inSession: true, keptSession, answer };
}

/** What an attempt may be told beyond what is usual. */
interface Details {
  readonly client?: string;
  readonly key?: string;
  readonly match?: Version;
  readonly answer?: Partial<Answer>;
}

function identity(id: string, { client = 'ann', key }: Details) {
  return { id, client, ...(key === undefined ? {} : { idempotencyKey: key }) };
}

/** A PUT that was acknowledged with this image. */
export function put(item: ObservedItem, details: Details = {}): Attempt {
  const { op } = item.data as { op: string };
  const condition = details.match === undefined ? {} : { match: details.match };
  const operation: Operation = { ...identity(op, details), kind: 'put', ...KEY, ...condition };
  return attempt(operation, item.region, { status: 200, item, sighting: seen(item), ...details.answer });
}

/** A DELETE that was acknowledged and left this tombstone, on top of a known version if `match` is given. */
export function remove(op: string, tombstone: ObservedItem, details: Details = {}): Attempt {
  const condition = details.match === undefined ? {} : { match: details.match };
  const operation: Operation = { ...identity(op, details), kind: 'delete', ...KEY, ...condition };
  return attempt(operation, tombstone.region, { status: 204, sighting: seen(tombstone), ...details.answer });
}

/** A GET in a region. */
export function read(
  region: string,
  answer: Answer,
  details: Details & { readonly isLast?: true } = {},
): Attempt {
  const last = details.isLast ? { isLast: true as const } : {};
  return attempt({ ...identity(`read-${attempts}`, details), kind: 'read', ...KEY, ...last }, region, answer);
}

/** The answer to a GET that found this image. */
export function found(item: ObservedItem): Answer {
  return { status: 200, item, sighting: seen(item) };
}

/** What the session token says of an image. */
export function seen({ region, version }: ObservedItem): { region: string; count: number } {
  return { region, count: version[region] ?? 0 };
}

/** An entry of the conflict log. */
export function conflict(loser: ObservedItem, winner: ObservedItem): ObservedConflict {
  const { region, version, updatedAt, deleted } = winner;
  return {
    loser,
    winner: { region, version, updatedAt, ...(deleted === undefined ? {} : { deleted }) },
    detectedAt: '2026-11-22T12:00:00.000Z',
    detectedIn: loser.region,
  };
}

/** What both regions answer in the end. */
export function views({
  items = [],
  conflicts = [],
  counters = {},
}: Partial<Pick<RegionView, 'items' | 'conflicts' | 'counters'>>): RegionView[] {
  return [W, C].map((region) => ({ region, items, conflicts, conflictsByKey: conflicts, counters }));
}

/** A history of both regions. */
export function history(list: readonly Attempt[]): History {
  return { regions: [W, C], attempts: list };
}

/** Names of the promises that are broken. */
export function broken(list: readonly Attempt[], final: readonly RegionView[]): PromiseName[] {
  const verdict = judge(history(list), final);
  const names = Object.entries(verdict).flatMap(([name, found]) =>
    found.length > 0 ? [name as PromiseName] : [],
  );
  if ((names.length === 0) !== isKept(verdict)) throw new Error('isKept() disagrees with the verdict');
  return names;
}
