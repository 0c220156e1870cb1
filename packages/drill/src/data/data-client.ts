import { setTimeout as pause } from 'node:timers/promises';
import { encodePathKey } from '@gsp/platform/contract';
import type { Random } from '@gsp/twin';
import type { Dispatcher } from 'undici';
import {
  type Answer,
  type Attempt,
  isAcknowledged,
  isRefused,
  itemName,
  type Operation,
  type Sighting,
  type Version,
} from '../judge/history.ts';
import type { ObservedTally } from '../judge/tally.ts';
import { pick } from '../pick.ts';
import { type Reply, sendOperation } from '../send-operation.ts';
import type { TargetRegion } from '../target-twin.ts';
import type { ClientKnowledge, Step, UsedKey } from './data-workload.ts';

/** What every client of a run shares. */
export interface DataRun {
  readonly regions: readonly TargetRegion[];
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  readonly digests: Map<string, string>;
  /** Milliseconds since the run began. */
  readonly nowMs: () => number;
  readonly record: (attempt: Attempt) => void;
}

/** Who a client is. */
export interface DataClientOptions {
  readonly name: string;
  /** Region that it prefers. */
  readonly home: string;
  readonly random: Random;
}

/** An operation, and the one region that it may be sent to, where there is one. */
interface Asked {
  readonly operation: Operation;
  readonly onlyIn?: string | undefined;
}

type Key = { readonly pk: string; readonly sk: string };

/** Attempts in a row before a keyed operation is left for later, and at the end of a run. */
const ATTEMPTS_MAX = 3;
const RESOLVING_ATTEMPTS_MAX = 40;
const REMEMBERED_MAX = 16;
/** Operations under keys that may be repeated: as many as a client makes in a run. */
const DONE_MAX = 64;
/** Share of "the region is behind" that is taken as advice to ask the region that is named. */
const FOLLOW_SHARE = 0.7;

/** Shares of a client's decisions: to leave its home region, to go back to it, to take up what is open. */
const WANDER_SHARE = 0.2;
const RETURN_SHARE = 0.3;
const TAKE_UP_SHARE = 0.1;

/**
 * One client: it does one thing after the other, carries its session from answer to request, and repeats keyed
 * writes of unknown outcome under the same key, in this region or another, as long as it takes.
 */
export class DataClient {
  readonly #run: DataRun;
  readonly #options: DataClientOptions;
  readonly #versions = new Map<string, Version>();
  readonly #tallies = new Map<string, ObservedTally>();
  readonly #posted: Key[] = [];
  readonly #usedKeys = new Map<string, UsedKey[]>();
  /** Items that the session has seen, the one seen last at the end. */
  readonly #touched = new Map<string, Key & { readonly sighting: Sighting }>();
  readonly #done: Operation[] = [];
  /** Keyed operations whose outcome is unknown. */
  readonly #inDoubt: Asked[] = [];
  #region: string;
  #session: string | undefined;

  constructor(run: DataRun, options: DataClientOptions) {
    this.#run = run;
    this.#options = options;
    this.#region = options.home;
  }

  /** What the client knows at this moment. */
  get knowledge(): ClientKnowledge {
    return {
      region: this.#region,
      versions: this.#versions,
      tallies: this.#tallies,
      posted: this.#posted,
      usedKeys: this.#usedKeys.get(this.#region) ?? [],
      done: this.#done,
    };
  }

  /** Carries out one step, or as much of it as can be done now. */
  async take({ operation, isRaced, onlyIn }: Step): Promise<void> {
    if (isRaced) await this.#race(operation);
    else await this.#carryOut({ operation, onlyIn });
    if (this.#inDoubt.length > 0 && this.#options.random() < TAKE_UP_SHARE) await this.#takeUp();
    this.#wander();
  }

  /** Repeats what is open until it is acknowledged or refused, or the attempts are used up. */
  async resolveInDoubtWrites(): Promise<void> {
    for (let attempts = 0; this.#inDoubt.length > 0 && attempts < RESOLVING_ATTEMPTS_MAX; attempts += 1) {
      if (this.#run.signal.aborted) return;
      await this.#takeUp();
    }
  }

  /**
   * Reads what the session has seen once more, in every region, each time with the session as it is now.
   *
   * @param asked - what other clients have asked already, having seen the same; this client's reads are added
   */
  async readLast(record: (attempt: Attempt) => void, asked: Set<string>): Promise<void> {
    const { name } = this.#options;
    for (const { region } of this.#run.regions) {
      for (const [item, { sighting, ...key }] of this.#touched) {
        const question = `${region} ${item} ${sighting.region} ${sighting.count}`;
        if (asked.has(question)) continue;
        asked.add(question);
        const operation: Operation = {
          id: `${name}-last-${item}`,
          client: name,
          kind: 'read',
          ...key,
          isLast: true,
        };
        const { attempt } = await this.#send(operation, region);
        record({ ...attempt, keptSession: false });
      }
    }
  }

  async #carryOut(asked: Asked, attemptsMax = ATTEMPTS_MAX): Promise<void> {
    const { operation, onlyIn } = asked;
    for (let attempts = 1; ; attempts += 1) {
      const { attempt, session } = await this.#send(operation, onlyIn ?? this.#region);
      this.#keep(attempt, session);
      if (isAcknowledged(attempt) || isRefused(attempt)) return;
      const isBehind = attempt.answer.problem === 'replica-behind';
      await this.#backOff(attempts, attempt.answer);
      // A region that is behind has made nothing: what has no key may be sent again as well.
      const mayRepeat = isBehind || operation.idempotencyKey !== undefined;
      if (!mayRepeat || operation.kind === 'misuse') return;
      if (attempts < attemptsMax) continue;
      if (operation.idempotencyKey !== undefined) this.#inDoubt.push(asked);
      return;
    }
  }

  /** Sends a keyed operation to two regions at once: what a client may do that cannot wait. */
  async #race(operation: Operation): Promise<void> {
    const elsewhere = this.#run.regions.filter(({ region }) => region !== this.#region);
    const rivals = [this.#region, pick(elsewhere, this.#options.random).region];
    const replies = await Promise.all(rivals.map((region) => this.#send(operation, region)));
    const kept = replies.find(({ attempt }) => isAcknowledged(attempt));
    for (const reply of replies) this.#keep(reply.attempt, reply === kept ? reply.session : undefined);
    const isDone =
      replies.some(({ attempt }) => isAcknowledged(attempt)) ||
      replies.every(({ attempt }) => isRefused(attempt));
    if (!isDone) this.#inDoubt.push({ operation });
  }

  async #takeUp(): Promise<void> {
    const asked = this.#inDoubt.shift();
    if (asked !== undefined) await this.#carryOut(asked, 1);
  }

  async #send(
    operation: Operation,
    region: string,
  ): Promise<{ attempt: Attempt; session: string | undefined }> {
    const { regions, dispatcher, digests, nowMs } = this.#run;
    const api = regions.find((each) => each.region === region)?.api ?? '';
    const startMs = nowMs();
    const reply: Reply = await sendOperation(operation, { api, dispatcher, session: this.#session, digests });
    const attempt: Attempt = {
      operation,
      region,
      startMs,
      endMs: nowMs(),
      inSession: this.#session !== undefined,
      keptSession: false,
      answer: reply.answer,
    };
    return { attempt, session: reply.session };
  }

  /** Records an attempt and remembers what its answer tells. */
  #keep(attempt: Attempt, session: string | undefined): void {
    this.#run.record({ ...attempt, keptSession: session !== undefined });
    if (session !== undefined) this.#session = session;
    const { operation, answer, region } = attempt;
    const key = answer.item ?? ('sk' in operation ? operation : undefined);
    if (key !== undefined && session !== undefined && answer.sighting !== undefined)
      this.#touch({ pk: key.pk, sk: key.sk, sighting: answer.sighting });
    if (answer.item !== undefined) this.#versions.set(itemName(answer.item), answer.item.version);
    else if (key !== undefined && answer.status !== 0) this.#versions.delete(itemName(key));
    if (answer.tally !== undefined) this.#tallies.set(answer.tally.id, answer.tally);
    else if ('tally' in operation && answer.status !== 0) this.#tallies.delete(operation.tally);
    if (!isAcknowledged(attempt)) return;
    if (operation.idempotencyKey !== undefined && answer.isReplay !== true && operation.kind !== 'misuse')
      remember(this.#done, operation, DONE_MAX);
    if (operation.kind === 'post' && answer.item !== undefined) {
      const { pk, sk } = answer.item;
      remember(this.#posted, { pk, sk });
    }
    const used = usedKeyOf(operation);
    if (used === undefined) return;
    const keys = this.#usedKeys.get(region) ?? [];
    this.#usedKeys.set(region, keys);
    remember(keys, used);
  }

  #touch(key: Key & { readonly sighting: Sighting }): void {
    const name = itemName(key);
    this.#touched.delete(name);
    this.#touched.set(name, key);
    const [oldest] = this.#touched.keys();
    if (this.#touched.size > REMEMBERED_MAX && oldest !== undefined) this.#touched.delete(oldest);
  }

  /**
   * Waits, longer each time, and most often goes to another region, as a client does that gets no answer; or to the
   * region that has what its session has seen.
   */
  async #backOff(attempts: number, { problem, namedRegion }: Answer): Promise<void> {
    const { random } = this.#options;
    if (problem === 'replica-behind' && namedRegion !== undefined && random() < FOLLOW_SHARE) {
      this.#region = namedRegion;
      return;
    }
    const waitMs = 15 * 2 ** attempts * (0.5 + random());
    await pause(waitMs, undefined, { signal: this.#run.signal }).catch(() => undefined);
    if (random() < 0.7) this.#region = pick(this.#run.regions, random).region;
  }

  #wander(): void {
    const { random, home } = this.#options;
    if (this.#region !== home && random() < RETURN_SHARE) this.#region = home;
    else if (random() < WANDER_SHARE) this.#region = pick(this.#run.regions, random).region;
  }
}

/**
 * Another request under this key must be refused in the region that acknowledged it. A PUT's key with a time is left
 * out: where its write was lost to another region's, the region remembers the request no more.
 */
function usedKeyOf(operation: Operation): UsedKey | undefined {
  const { idempotencyKey: key } = operation;
  if (key === undefined) return undefined;
  switch (operation.kind) {
    case 'post':
      return { method: 'POST', path: '/write', body: { pk: operation.pk }, key };
    case 'increment':
      return { method: 'POST', path: `/counters/${encodePathKey(operation.counter)}`, body: {}, key };
    case 'put': {
      const path = `/items/${encodePathKey(operation.pk)}/${encodePathKey(operation.sk)}`;
      return key.startsWith('key-') ? { method: 'PUT', path, body: {}, key } : undefined;
    }
    default:
      return undefined;
  }
}

function remember<T>(list: T[], value: T, max = REMEMBERED_MAX): void {
  list.push(value);
  if (list.length > max) list.shift();
}
