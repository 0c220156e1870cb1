import {
  type Attempt,
  attemptsByOperation,
  type Checker,
  type History,
  isAcknowledged,
  itemName,
  operationIdIn,
  type RegionView,
  subjectOf,
  type Violation,
} from './history.ts';
import { versionText } from './image-ancestry.ts';
import { metDeletions, type SettledItem, settledItems } from './settled-items.ts';

/**
 * Judges idempotency: all attempts under one key come to one item, whichever region answers; nothing is there twice,
 * nothing is there that nobody wrote, and no write is repeated on top of itself; another request under a used key is
 * refused.
 */
export const checkIdempotency: Checker = (history, views) => {
  const operations = attemptsByOperation(history);
  return [
    ...[...operations.values()].flatMap((attempts) => judgeOperation(attempts)),
    ...views.flatMap((view) => judgeItems(view, operations)),
    ...settledItems(history, views).flatMap((item) => [
      ...madeAgain(item),
      ...acknowledgedAgain(item, history),
    ]),
  ];
};

/**
 * Keyed writes that were made once more on top of themselves: what others wrote in between is overwritten, and no log
 * tells of it. Two regions may each make one that they do not know of each other: then neither was made from the
 * other.
 *
 *     {w:5} key k <- {w:7} <- {w:9} <- {w:12} key k again
 */
function madeAgain({ name, images, graph }: SettledItem): Violation[] {
  return images.flatMap((image) =>
    graph
      .twinsOf(image)
      .filter((twin) => graph.isMadeFrom(image, twin))
      .map((twin) => ({
        subject: name,
        detail:
          `${image.operation} was made again as ${versionText(image.version)} of ${image.region}, ` +
          `on top of ${versionText(twin.version)} of ${twin.region}, where it had been made before`,
      })),
  );
}

function judgeOperation(attempts: readonly Attempt[]): Violation[] {
  const [first] = attempts;
  if (first === undefined) return [];
  const { operation } = first;
  const acknowledged = attempts.filter(isAcknowledged);
  const subject = subjectOf(acknowledged[0] ?? first);
  if (operation.kind === 'misuse') {
    const detail = `${operation.path} took another request under the key ${operation.idempotencyKey}; 422 is needed`;
    return acknowledged.length === 0 ? [] : [{ subject, detail }];
  }
  return [
    ...acknowledged.flatMap((attempt) => wrongContent(attempt, subject)),
    ...severalItems(acknowledged, subject),
    ...strangeReplay(attempts, subject),
  ];
}

/**
 * Keyed writes that a region called new after it had acknowledged them. It may have lost one to another region meanwhile, and
 * with it what it knew: of items in whose history something was lost this says nothing.
 */
function acknowledgedAgain(item: SettledItem, { attempts }: History): Violation[] {
  const made = attempts.filter(
    (attempt) => isKeyedWriteOf(attempt, item.name) && isAcknowledged(attempt) && !attempt.answer.isReplay,
  );
  const isTold = item.logged.length === 0 && metDeletions(item).length === 0;
  const isOneRegions = new Set(item.images.map(({ region }) => region)).size < 2 && item.deletedIn.size < 2;
  if (!isOneRegions && (!isTold || item.unclearDeletions.length > 0)) return [];
  return made.flatMap((again) => {
    const isEarlier = (each: Attempt) =>
      each !== again &&
      each.operation.id === again.operation.id &&
      each.region === again.region &&
      each.endMs <= again.startMs;
    const detail = `${again.operation.id} was made twice in ${again.region}, which had acknowledged it`;
    return made.some(isEarlier) ? [{ subject: item.name, detail }] : [];
  });
}

function isKeyedWriteOf({ operation }: Attempt, name: string): boolean {
  if (operation.idempotencyKey === undefined) return false;
  return (operation.kind === 'put' || operation.kind === 'delete') && itemName(operation) === name;
}

function wrongContent({ operation, answer, region }: Attempt, subject: string): Violation[] {
  if (operation.kind !== 'post' && operation.kind !== 'put') return [];
  const written = operationIdIn(answer.item?.data);
  if (written === operation.id) return [];
  return [
    { subject, detail: `${operation.id} was acknowledged by ${region} with the content of ${written}` },
  ];
}

/** Under one key a POST makes one item: one key, and, as nothing was there before, one version everywhere. */
function severalItems(acknowledged: readonly Attempt[], subject: string): Violation[] {
  if (acknowledged[0]?.operation.kind !== 'post') return [];
  const { id } = acknowledged[0].operation;
  const answers = acknowledged.flatMap(({ answer: { item } }) => (item === undefined ? [] : [item]));
  const made = new Set(answers.map((item) => `${itemName(item)} ${versionText(item.version)}`));
  return made.size <= 1
    ? []
    : [{ subject, detail: `${id} came to several items: ${[...made].join(', ')}; one is needed` }];
}

function strangeReplay(attempts: readonly Attempt[], subject: string): Violation[] {
  const [first] = attempts;
  if (
    first?.answer.isReplay !== true ||
    attempts.some((other) => other !== first && other.startMs < first.endMs)
  )
    return [];
  return [{ subject, detail: `${first.operation.id} was called a repetition at its first attempt` }];
}

function judgeItems({ region, items }: RegionView, operations: ReadonlyMap<string, Attempt[]>): Violation[] {
  const places = new Map<string, string>();
  return items.flatMap((item) => {
    const id = operationIdIn(item.data) ?? '(no operation)';
    const subject = itemName(item);
    if (!operations.has(id))
      return [{ subject, detail: `${subject} in ${region} holds what no client wrote` }];
    const elsewhere = places.get(id);
    places.set(id, subject);
    return elsewhere === undefined
      ? []
      : [{ subject, detail: `${id} is there twice in ${region}: as ${elsewhere} and as ${subject}` }];
  });
}
