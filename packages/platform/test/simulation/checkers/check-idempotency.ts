import type { History, ImageRecord, OperationRecord, Violation, WriteAnswer } from '../history.ts';
import { ancestryOf } from './ancestry.ts';
import { grouped } from './grouped.ts';

type Keyed = OperationRecord & { readonly key: string };

/**
 * Checks what an idempotency key promises, within the life of what it wrote: one item for each key, the same sort
 * key, content and (for new items) version in every answer, no second request under the key where the region knew
 * the first, no refusal of the first; and that no write, keyed or not, was made twice in one chain.
 */
export function checkIdempotency(history: History): Violation[] {
  const groups = grouped(history.operations.flatMap(keyed), ({ key }) => key);
  return [...[...groups.values()].flatMap((group) => checkKey(group, history)), ...checkRepetitions(history)];
}

// A key belongs to one item; `POST /write` derives the item from it.
function keyed(operation: OperationRecord): Keyed[] {
  const { request } = operation;
  if (!('key' in request) || request.key === undefined || request.kind === 'increment') return [];
  const item = 'item' in request ? JSON.stringify(request.item) : 'new';
  return [{ ...operation, key: `${request.key} for ${item}` }];
}

function checkKey(group: readonly Keyed[], history: History): Violation[] {
  const written = group.flatMap((operation) =>
    operation.outcome.status === 'written' ? [{ operation, answer: operation.outcome }] : [],
  );
  // The window of a key is the life of what it wrote, and of what others have made of it.
  const items = new Set(written.map(({ answer }) => answer.item));
  const endSeconds = Math.min(...history.images.filter(({ item }) => items.has(item)).map(({ ttl }) => ttl));
  // It is over for all as soon as it is over by the clock of one of the regions that were asked.
  const end = written.findIndex(({ operation }) => operation.serverEndedMs >= endSeconds * 1000);
  const inTime = end < 0 ? written : written.slice(0, end);
  // A write that lost is known by the conflict log, and by no region any more.
  const lost = new Set(
    history.replicas.flatMap(({ conflicts }) => conflicts.map(({ loser }) => history.images[loser]?.write)),
  );
  return inTime
    .flatMap(({ operation, answer }, index) => {
      const earlier = inTime.slice(0, index);
      const faults = [
        ...earlier.map((other) => contradiction(operation, answer, other.answer)),
        ...earlier
          .filter((other) => !lost.has(other.answer.write))
          .map((other) => acceptedTwice(operation, other.operation)),
      ];
      return [...new Set(faults)].flatMap((fault) =>
        fault === undefined ? [] : [violation(operation, fault)],
      );
    })
    .concat(
      checkItems(
        inTime.map(({ answer }) => answer),
        history,
      ),
    );
}

function contradiction({ request }: Keyed, answer: WriteAnswer, other: WriteAnswer): string | undefined {
  if (answer.write !== other.write) return undefined;
  if (answer.item !== other.item) return `answered with ${answer.item}, and before with ${other.item}`;
  if (answer.data !== other.data) return `answered with ${answer.data}, and before with ${other.data}`;
  if (request.kind !== 'post' || answer.version === other.version) return undefined;
  return `answered with version ${answer.version}, and before with ${other.version}`;
}

function acceptedTwice(later: Keyed, earlier: Keyed): string | undefined {
  const isOther = JSON.stringify(later.request) !== JSON.stringify(earlier.request);
  const wasKnown = later.region === earlier.region && later.startedMs >= earlier.endedMs;
  return isOther && wasKnown && later.request.kind === 'post'
    ? `accepted in ${later.region}, which had accepted another request under the key`
    : undefined;
}

function checkItems(answers: readonly WriteAnswer[], { replicas }: History): Violation[] {
  return answers.slice(0, 1).flatMap(({ write, item }) => {
    const items = new Set(answers.filter((each) => each.write === write).map((each) => each.item));
    const held = replicas.flatMap(({ items: all }) => [...all.keys()]).filter((each) => items.has(each));
    return new Set(held).size <= 1
      ? []
      : [
          {
            checker: 'idempotency' as const,
            message: `${write} made ${[...new Set(held)]}, besides ${item}`,
          },
        ];
  });
}

/** No write is made on top of itself, unless its time, or that of a later one, was over in between. */
function checkRepetitions({ images }: History): Violation[] {
  const ancestry = ancestryOf({ images });
  return images.flatMap((image) => {
    for (let last: ImageRecord = image; last.parent !== undefined; ) {
      const before = ancestry.image(last.parent);
      if (before.ttl <= Math.floor(last.updatedAtMs / 1000)) return [];
      if (before.write === image.write) return [repeated(image)];
      last = before;
    }
    return [];
  });
}

function repeated({ write, item, region }: ImageRecord): Violation {
  return {
    checker: 'idempotency',
    message: `${write} of ${item} was made once more in ${region}, on top of itself`,
  };
}

function violation({ id, key }: Keyed, fault: string): Violation {
  return { checker: 'idempotency', message: `operation ${id} with key ${key}: ${fault}` };
}
