import {
  type Attempt,
  attemptsByOperation,
  type Checker,
  type History,
  isAcknowledged,
  isUnmade,
  itemName,
  subjectOf,
  type Version,
  type Violation,
} from './history.ts';
import { versionText } from './image-ancestry.ts';
import type { Image } from './item-images.ts';
import { judgeSessions, type SessionAttempt } from './session-memory.ts';

/**
 * Judges refusals: what a region refuses for good is so in the history that the caller's session has seen. A deletion
 * finds nothing only where there was nothing, or a deletion; a condition does not hold only where something came
 * after what was seen; and a key is outside its window only where something can have made it so.
 */
export const checkRefusals: Checker = (history, views) => {
  const unshown = unshownWrites(history);
  return [
    ...judgeSessions(history, { views, judge: (asked) => untrueRefusal(asked, unshown) }),
    ...groundlessRefusals(history),
  ];
};

function untrueRefusal(asked: SessionAttempt, unshown: ReadonlyMap<string, Attempt[]>): string | undefined {
  const { attempt, required, item } = asked;
  const { operation, answer, region } = attempt;
  const state = `${operation.client} has seen ${versionText(required.version)} of ${required.region}`;
  const refused = `${region} refused ${operation.kind} ${operation.id} with ${answer.status}`;
  if (operation.kind === 'delete' && answer.status === 404 && !required.deleted)
    return `${state}, and ${refused}: it was there, and nothing is left of it only where nothing ever arrived`;
  if (answer.status !== 412 || (operation.kind !== 'put' && operation.kind !== 'delete')) return undefined;
  if (!holdsFor(required, operation.match)) return undefined;
  return isReplaced(asked) || (unshown.get(item.name) ?? []).some((write) => mayReplace(write, asked))
    ? undefined
    : `${state}, and ${refused}: nothing was made from that, so its condition holds`;
}

/** Whether a condition holds for what was seen: then it fails only where something else is. */
function holdsFor({ deleted, version }: Image, match: Version | 'none' | undefined): boolean {
  if (match === 'none') return deleted;
  return match !== undefined && !deleted && versionText(match) === versionText(version);
}

/** Whether something was made from what was seen, or took its place, before the refusal. */
function isReplaced({ attempt, item, required }: SessionAttempt): boolean {
  const { images, graph, logged, startedMs } = item;
  const isEarlier = ({ operation = '' }: Image) =>
    (startedMs.get(operation) ?? Number.NEGATIVE_INFINITY) < attempt.endMs;
  return (
    images.some((each) => each !== required && graph.descent(each, required) !== 'none' && isEarlier(each)) ||
    logged.some(({ image }) => graph.descent(image, required) !== 'none')
  );
}

/** Longest time that a region goes on with a request after its client has lost patience, or the connection. */
const LEFT_ALONE_MS = 10_000;

/** Whether a write that nobody was shown may have been made on top of what was seen, before the refusal. */
function mayReplace(
  { operation, startMs, endMs }: Attempt,
  { attempt, item, required }: SessionAttempt,
): boolean {
  const seenMs = item.startedMs.get(required.operation ?? '') ?? Number.NEGATIVE_INFINITY;
  const isMeanwhile = startMs < attempt.endMs && endMs + LEFT_ALONE_MS > seenMs;
  const match = 'match' in operation ? operation.match : undefined;
  return (
    isMeanwhile && operation.id !== attempt.operation.id && (match === undefined || holdsFor(required, match))
  );
}

/** Writes that may have left something of which no answer tells the version, by item. */
function unshownWrites({ attempts }: History): ReadonlyMap<string, Attempt[]> {
  const found = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    const { operation, answer } = attempt;
    if ((operation.kind !== 'put' && operation.kind !== 'delete') || isUnmade(attempt)) continue;
    const isBlind =
      operation.kind === 'delete' && (operation.match === undefined || answer.sighting === undefined);
    if (isAcknowledged(attempt) && !isBlind) continue;
    const name = itemName(operation);
    found.set(name, [...(found.get(name) ?? []), attempt]);
  }
  return found;
}

const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** The time of a key that has one, in milliseconds since 1970 (RFC 9562, section 5.7). */
function keyTimeMs(key: string): number | undefined {
  const [, high, low] = UUID_V7.exec(key) ?? [];
  return high === undefined || low === undefined ? undefined : Number.parseInt(high + low, 16);
}

/**
 * First attempts under a new key that were called out of its window. A run is shorter than a window, so only a newer
 * key of the same item can have made a region forget; a key without a time is never forgotten.
 */
function groundlessRefusals(history: History): Violation[] {
  const operations = [...attemptsByOperation(history).values()];
  const timed = timedKeys(history);
  return operations.flatMap(([first]) => {
    if (first?.answer.problem !== 'idempotency-key-out-of-window') return [];
    const { operation, region } = first;
    if (operation.kind === 'misuse') return [];
    const keyMs = keyTimeMs(operation.idempotencyKey ?? '');
    const others = timed.get(subjectOf(first)) ?? [];
    const isForgotten = others.some(
      (other) =>
        keyMs !== undefined &&
        other.keyMs >= keyMs &&
        other.id !== operation.id &&
        other.startMs < first.endMs,
    );
    const detail = `${region} refused the key of ${operation.id} at its first attempt, and no newer key was used for the item`;
    return isForgotten ? [] : [{ subject: subjectOf(first), detail }];
  });
}

interface UsedKey {
  readonly id: string;
  readonly keyMs: number;
  readonly startMs: number;
}

/** What an item remembers the keys of, so that newer ones make it forget older ones. */
const REMEMBERED: ReadonlySet<string> = new Set(['put', 'delete', 'open', 'mark', 'drop']);

function timedKeys({ attempts }: History): ReadonlyMap<string, UsedKey[]> {
  const found = new Map<string, UsedKey[]>();
  for (const attempt of attempts) {
    const { operation, startMs } = attempt;
    const keyMs = keyTimeMs(operation.idempotencyKey ?? '');
    if (keyMs === undefined || !REMEMBERED.has(operation.kind)) continue;
    const name = subjectOf(attempt);
    const used = found.get(name) ?? [];
    found.set(name, used);
    used.push({ id: operation.id, keyMs, startMs });
  }
  return found;
}
