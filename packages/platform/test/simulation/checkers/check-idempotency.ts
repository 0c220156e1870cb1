import { keyTimeMs } from '../../../src/domain/key-window.ts';
import type { History, ImageRecord, OperationRecord, Violation, WriteAnswer, WriteId } from '../history.ts';
import { ancestryOf } from './ancestry.ts';
import { grouped } from './grouped.ts';

type Keyed = OperationRecord & { readonly key: string; readonly request: { readonly key?: string } };

/**
 * Checks what an idempotency key promises within its window: one item for each key, the same sort key, content and (for
 * new items) version in every answer, no second request under the key on top of the first; and that no write, keyed or
 * not, was made twice in one chain, whatever others wrote, deleted or made again in between.
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
  // A key with a time is refused after its window; one without begins anew, and its window began with the first use.
  const [first] = written;
  const isTimed = hasTime(first?.operation.request.key ?? '');
  const endMs = isTimed
    ? Number.POSITIVE_INFINITY
    : (first?.operation.serverStartedMs ?? 0) + history.windowSeconds * 1000;
  // It is over for all as soon as it is over by the clock of one of the regions that were asked.
  const end = written.findIndex(({ operation }) => operation.serverEndedMs >= endMs);
  const inTime = end < 0 ? written : written.slice(0, end);
  const ancestry = ancestryOf(history);
  const isNew = (write: WriteId) =>
    history.images.every((image) => image.write !== write || image.parent === undefined);
  return inTime.flatMap(({ operation, answer }, index) => {
    const earlier = inTime.slice(0, index);
    const faults = [
      ...earlier.map((other) => contradiction(answer, other.answer, isNew(answer.write))),
      ...earlier
        .filter((other) => other.answer.write !== answer.write && !answer.isReplay)
        .filter((other) => ancestry.isInChain(answer.held, other.answer.write))
        // The record of a key without a time may be on its way, when what it wrote is here already.
        .filter((other) => isTimed || other.operation.region === operation.region)
        .map(() => 'accepted on top of another request under the key'),
    ];
    return [...new Set(faults)].flatMap((fault) =>
      fault === undefined ? [] : [violation(operation, fault)],
    );
  });
}

/** @param isNew - whether the write made the item wherever it was made: then its version is the same too */
function contradiction(answer: WriteAnswer, other: WriteAnswer, isNew: boolean): string | undefined {
  if (answer.item !== other.item) return `answered with ${answer.item}, and before with ${other.item}`;
  if (answer.write !== other.write) return undefined;
  if (answer.data !== other.data) return `answered with ${answer.data}, and before with ${other.data}`;
  if (!isNew || answer.version === other.version) return undefined;
  return `answered with version ${answer.version}, and before with ${other.version}`;
}

/** No write is made on top of itself, unless its key has no time and its window was over. */
function checkRepetitions({ images, windowSeconds }: History): Violation[] {
  const ancestry = ancestryOf({ images });
  return images.flatMap((image) => {
    for (let parent = image.parent; parent !== undefined; ) {
      const before = ancestry.image(parent);
      const isOver = image.updatedAtMs >= before.updatedAtMs + windowSeconds * 1000;
      if (before.write === image.write) return isOver && !hasTime(image.write) ? [] : [repeated(image)];
      parent = before.parent;
    }
    return [];
  });
}

// The id of a keyed write begins with the key.
function hasTime(key: WriteId): boolean {
  return keyTimeMs(key.split(' ', 1)[0] ?? '') !== undefined;
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
