import { isDeepStrictEqual } from 'node:util';
import {
  type Attempt,
  attemptsByOperation,
  type Checker,
  type History,
  isAcknowledged,
  isUnmade,
  type RegionView,
  subjectOf,
  type TallyView,
  type Violation,
} from './history.ts';
import { marksIn, type ObservedTally, tallyName } from './tally.ts';

/**
 * Judges merges by the marks of tallies, which only grow: each that was acknowledged is visible, or in the log of what could not
 * be merged, or went with a deletion whose client had seen it; none is there that nobody made; no session loses one again; and an
 * index finds what the items say.
 */
export const checkMerges: Checker = (history, views) => {
  const excused = excusedMarks(history, views);
  return [
    ...views.flatMap((view) => [
      ...lostMarks(history, view, excused),
      ...strangeMarks(history, view),
      ...wrongIndex(view),
    ]),
    ...misplaced(history),
    ...unlearned(history, excused),
  ];
};

/** Marks that need not be visible, by tally. */
type Excused = ReadonlyMap<string, ReadonlySet<string>>;

function excusedMarks({ attempts }: History, [view]: readonly RegionView[]): Excused {
  const found = new Map<string, Set<string>>();
  const add = (tally: string, marks: readonly string[]) => {
    const known = found.get(tally) ?? new Set();
    found.set(tally, known);
    for (const mark of marks) known.add(mark);
  };
  for (const { loser } of view?.tallies?.conflicts ?? []) add(loser.sk, marksIn(loser.data));
  for (const attempt of attempts) {
    const { operation } = attempt;
    // Only what its client has seen: a deletion on a condition removes that and nothing else.
    if (operation.kind === 'drop' && !isUnmade(attempt)) add(operation.tally, operation.removed);
  }
  return found;
}

function lostMarks(history: History, { region, tallies }: RegionView, excused: Excused): Violation[] {
  if (tallies === undefined) return [];
  const held = new Map(tallies.items.map(({ id, marks }) => [id, new Set(marks)]));
  return [...attemptsByOperation(history).values()].flatMap((attempts) => {
    const made = attempts.find(isAcknowledged);
    if (made === undefined || !isAddition(made.operation)) return [];
    const { tally, id } = made.operation;
    if (held.get(tally)?.has(id) || excused.get(tally)?.has(id)) return [];
    const detail =
      `${region} holds ${tallyName(tally)} without ${id}, which ${made.region} acknowledged: ` +
      'no conflict tells of it, and nobody deleted it';
    return [{ subject: tallyName(tally), detail }];
  });
}

type Addition = Extract<Attempt['operation'], { kind: 'open' | 'mark' }>;

function isAddition(operation: Attempt['operation']): operation is Addition {
  return operation.kind === 'open' || operation.kind === 'mark';
}

/** Marks of nobody, and of what every region has refused. */
function strangeMarks(history: History, { region, tallies }: RegionView): Violation[] {
  const operations = attemptsByOperation(history);
  return (tallies?.items ?? []).flatMap(({ id, marks }) =>
    marks
      .filter((mark) => {
        const attempts = operations.get(mark) ?? [];
        return attempts.every(isUnmade) || attempts.some((each) => subjectOf(each) !== tallyName(id));
      })
      .map((mark) => ({
        subject: tallyName(id),
        detail: `${region} holds ${tallyName(id)} with ${mark}, which nobody has made`,
      })),
  );
}

/** Differences between what the index finds and what the items say. */
function wrongIndex({ region, tallies }: RegionView): Violation[] {
  return Object.entries(tallies?.byKind ?? {}).flatMap(([kind, found]) => {
    const expected = (tallies as TallyView).items.filter((item) => item.kind === kind);
    const ids = [...new Set([...expected, ...found].map(({ id }) => id))];
    return ids.flatMap((id) => {
      const [item, ...others] = found.filter((each) => each.id === id);
      const isRight =
        others.length === 0 &&
        isDeepStrictEqual(
          item,
          expected.find((each) => each.id === id),
        );
      const detail = `the index of ${region} does not have ${tallyName(id)} under ${kind} as the item is, or not once`;
      return isRight ? [] : [{ subject: tallyName(id), detail }];
    });
  });
}

/** What the index has found, at any time, under a kind that is not its own: an entry is of one image, however old. */
function misplaced({ attempts }: History): Violation[] {
  return attempts.flatMap(({ operation, answer, region }) => {
    if (operation.kind !== 'find') return [];
    const { tallyKind } = operation;
    return (answer.tallies ?? [])
      .filter(({ kind }) => kind !== tallyKind)
      .map(({ id, kind }) => ({
        subject: tallyName(id),
        detail: `the index of ${region} found ${tallyName(id)}, which is ${kind}, under ${tallyKind}`,
      }));
  });
}

/** A session remembers more items than these, of which some are no tallies. */
const SESSION_ITEMS = 12;

/**
 * Writes of a tally since a session has seen it, of which each may have been merged once: an item remembers 16 writes, and one that
 * was merged half of them. What is further back nobody promises.
 */
const WRITES_SINCE = 4;

/** A tally as a session has seen it; of what is no tally, or was not shown, nothing but that it was seen. */
type Seen = { readonly tally: ObservedTally; readonly sinceMs: number } | undefined;

/**
 * Reads in a session without a mark that the session has seen. Writes are never held up by one: they continue what the region holds,
 * and the session goes on from there.
 */
function unlearned(history: History, excused: Excused): Violation[] {
  const clients = [...new Set(history.attempts.map(({ operation }) => operation.client))];
  return clients.flatMap((client) => unlearnedBy(client, history, excused));
}

function unlearnedBy(client: string, { attempts }: History, excused: Excused): Violation[] {
  /** By subject, that seen last at the end. */
  const seen = new Map<string, Seen>();
  let unnoted: readonly Attempt[] = [];
  return attempts.flatMap((attempt) => {
    const { operation, answer, startMs, endMs, region, inSession } = attempt;
    if (operation.client !== client) return [];
    for (const earlier of unnoted.filter((each) => each.endMs <= startMs)) note(seen, earlier);
    unnoted = [...unnoted.filter((each) => each.endMs > startMs), attempt];
    const { tally } = answer;
    if (operation.kind !== 'look' || !inSession || tally === undefined) return [];
    const subject = tallyName(tally.id);
    const before = seen.get(subject);
    if (before === undefined || writesOf(subject, attempts, [before.sinceMs, endMs]) > WRITES_SINCE)
      return [];
    const given = new Set(tally.marks);
    const gone = before.tally.marks.find((mark) => !given.has(mark) && !excused.get(tally.id)?.has(mark));
    const detail = `${region} answered ${operation.id} without ${gone}, which the session of ${client} had seen`;
    return gone === undefined ? [] : [{ subject, detail }];
  });
}

/** Writes of a tally that may have been made within a time. */
function writesOf(
  subject: string,
  attempts: readonly Attempt[],
  [fromMs, untilMs]: readonly [number, number],
): number {
  return attempts.filter(
    (each) =>
      (isAddition(each.operation) || each.operation.kind === 'drop') &&
      each.endMs > fromMs &&
      each.startMs < untilMs &&
      !isUnmade(each) &&
      subjectOf(each) === subject,
  ).length;
}

function note(seen: Map<string, Seen>, attempt: Attempt): void {
  const { answer, keptSession, startMs } = attempt;
  if (!keptSession) return;
  const subject = subjectOf(attempt);
  const { tally } = answer;
  seen.delete(subject);
  // An answer that repeats an earlier one tells of a write, not of what the region holds.
  seen.set(
    subject,
    tally === undefined || answer.isReplay === true ? undefined : { tally, sinceMs: startMs },
  );
  const [oldest] = seen.keys();
  if (seen.size > SESSION_ITEMS && oldest !== undefined) seen.delete(oldest);
}
