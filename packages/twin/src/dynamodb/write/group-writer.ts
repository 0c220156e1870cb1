import type { EngineClient } from '../engine/engine-client.ts';
import { type AttributeMap, isObject } from '../item/attribute-value.ts';
import type { ImageJson } from '../journal/change-record.ts';
import type { Intent } from '../journal/intents.ts';
import { ServiceError } from '../protocol/service-error.ts';
import type { ItemWrite } from './item-write.ts';
import type { WriteJournal } from './write-journal.ts';

/** A put or a deletion that may share a transaction of the engine with others. Its item's lock is held. */
export interface GroupableWrite {
  readonly write: ItemWrite;
  readonly verb: 'Put' | 'Delete';
  /** The request's body, which reads the same as PutItem or DeleteItem and as a member of a transaction. */
  readonly body: string;
  readonly after: AttributeMap | null;
  readonly afterJson?: ImageJson;
}

interface PendingWrite extends GroupableWrite {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

type BegunWrite = PendingWrite & { readonly intent: Intent };

/** Limits of TransactWriteItems: 100 actions, 4 MB of items; the rest is room for what JSON adds. */
const GROUP_WRITES_MAX = 100;
const GROUP_BYTES_MAX = 3_500_000;
const GROUPS_AT_ONCE = 1;

/**
 * Group commit: writes of different items that arrive while the engine is busy go to it together, as one
 * transaction. The engine commits its file once for all of them, which costs it about a quarter of what single
 * writes cost, and the journal is written once. A single write never waits for others.
 *
 * The writes of a group succeed and fail on their own: one whose condition fails is taken out and the others
 * are sent again; after any other refusal each is sent by itself, so that its error is its own.
 */
export class GroupWriter {
  readonly #engine: EngineClient;
  readonly #journal: WriteJournal;
  #queue: PendingWrite[] = [];
  #running = 0;
  #scheduled = false;

  constructor(engine: EngineClient, journal: WriteJournal) {
    this.#engine = engine;
    this.#journal = journal;
  }

  /**
   * Makes a write; resolves once it is recorded.
   *
   * @throws {ServiceError} what the engine answers to this write, or `InternalServerError` when its outcome is
   * not known
   */
  submit(write: GroupableWrite): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ ...write, resolve, reject });
      this.#schedule();
    });
  }

  /** Waits for the end of this turn of the event loop, in which the requests of other connections arrive. */
  #schedule(): void {
    if (this.#scheduled || this.#running >= GROUPS_AT_ONCE || this.#queue.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#running += 1;
      const group = this.#nextGroup();
      this.#schedule();
      void this.#run(group).finally(() => {
        this.#running -= 1;
        this.#schedule();
      });
    });
  }

  #nextGroup(): readonly PendingWrite[] {
    let bytes = 0;
    let count = 0;
    for (const { body } of this.#queue) {
      bytes += body.length;
      if (count > 0 && (count === GROUP_WRITES_MAX || bytes > GROUP_BYTES_MAX)) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  async #run(group: readonly PendingWrite[]): Promise<void> {
    try {
      const intents = this.#journal.begin(group.map(({ write }) => write));
      const begun = group.flatMap((pending, index): BegunWrite[] => {
        const intent = intents[index];
        return intent === undefined ? [] : [{ ...pending, intent }];
      });
      await this.#carryOut(begun);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  /** Each round of a group that is sent again is smaller by at least one write. */
  async #carryOut(group: readonly BegunWrite[]): Promise<void> {
    const [first] = group;
    if (first === undefined) return;
    try {
      if (group.length === 1) await this.#engine.call(`${first.verb}Item`, first.body);
      else await this.#engine.call('TransactWriteItems', transactionOf(group));
    } catch (error) {
      return this.#refused(group, error);
    }
    this.#complete(group);
  }

  async #refused(group: readonly BegunWrite[], error: unknown): Promise<void> {
    const [first] = group;
    if (group.length === 1 && first !== undefined) {
      first.reject(this.#journal.failed([first.intent], error));
      return;
    }
    if (!(error instanceof ServiceError)) {
      const failure = this.#journal.failed(
        group.map(({ intent }) => intent),
        error,
      );
      for (const { reject } of group) reject(failure);
      return;
    }
    const outcome = splitByCondition(group, error);
    for (const { write, error: failure } of outcome.failed) {
      this.#journal.drop([write.intent]);
      write.reject(failure);
    }
    if (outcome.onlyConditions) return this.#carryOut(outcome.rest);
    for (const write of outcome.rest) await this.#carryOut([write]);
  }

  #complete(group: readonly BegunWrite[]): void {
    try {
      this.#journal.complete(group);
    } catch (error) {
      for (const { reject } of group) reject(error);
      return;
    }
    for (const { resolve } of group) resolve();
  }
}

function transactionOf(group: readonly GroupableWrite[]): string {
  return `{"TransactItems":[${group.map(({ verb, body }) => `{"${verb}":${body}}`).join(',')}]}`;
}

/** Takes out of a cancelled group the writes whose own condition failed. */
function splitByCondition(
  group: readonly BegunWrite[],
  error: ServiceError,
): { failed: { write: BegunWrite; error: ServiceError }[]; rest: BegunWrite[]; onlyConditions: boolean } {
  const given = error.details.CancellationReasons;
  const reasons: readonly unknown[] = Array.isArray(given) ? given : [];
  const failed: { write: BegunWrite; error: ServiceError }[] = [];
  const rest: BegunWrite[] = [];
  let onlyConditions = true;
  for (const [index, write] of group.entries()) {
    const reason = reasons[index];
    const code = isObject(reason) ? reason.Code : undefined;
    if (isObject(reason) && code === 'ConditionalCheckFailed')
      failed.push({ write, error: conditionFailed(reason) });
    else rest.push(write);
    if (code !== 'ConditionalCheckFailed' && code !== 'None') onlyConditions = false;
  }
  return { failed, rest, onlyConditions: onlyConditions && failed.length > 0 };
}

function conditionFailed(reason: Readonly<Record<string, unknown>>): ServiceError {
  const details = reason.Item === undefined ? {} : { Item: reason.Item };
  return new ServiceError('ConditionalCheckFailedException', 'The conditional request failed', { details });
}
