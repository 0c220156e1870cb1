import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '@gsp/twin';
import type { Dispatcher } from 'undici';
import type { DataKeys } from '../data/data-keys.ts';
import type { TrafficSample } from '../drill-report.ts';
import { type Attempt, isAcknowledged, isRefused, itemName, type Operation } from '../judge/history.ts';
import { sendOperation } from '../send-operation.ts';
import type { LastReader } from '../settle.ts';
import type { TargetRegion } from '../target-twin.ts';
import type { ObserverClient, ObserverReply } from './observer.ts';
import { createTrafficWorkload, type ItemKey } from './traffic-workload.ts';

/** What all clients of one scenario share. */
export interface TrafficRun {
  readonly regions: readonly TargetRegion[];
  /** For the last reads, which go to every region by itself. */
  readonly dispatcher: Dispatcher;
  readonly digests: Map<string, string>;
  /** Begins the names of everything that the run writes. */
  readonly prefix: string;
  readonly keys: DataKeys;
  readonly isReadOnly: boolean;
  /** An answer that takes longer, in real milliseconds, is a slow one. */
  readonly slowMs: number;
  readonly signal: AbortSignal;
  /** Real milliseconds since the run began. */
  readonly nowMs: () => number;
  readonly record: (attempt: Attempt) => void;
  /** Told of every request but the repetitions at the end. */
  readonly sample: (sample: Omit<TrafficSample, 'atSeconds'>, beganAtMs: number) => void;
}

/** Items that the session is asked for again. */
const TOUCHED_MAX = 8;

/** Repetitions of a write of unknown outcome, once everything has healed. */
const RESOLVING_ATTEMPTS_MAX = 12;
const RESOLVING_PAUSE_MS = 150;

/**
 * One client of steady traffic. It begins a request whenever it is told to, whether the last one was answered or not: a
 * platform that answers late is asked no less often for it, or its failures would hide each other.
 *
 * A session goes from answer to request, so only one request at a time can carry it:
 *
 * ```
 * tick   1 --------- answer, session A     3 (A) ----- answer, session B
 *             2 (without, not kept) ---
 * ```
 */
export class TrafficClient implements LastReader {
  readonly #run: TrafficRun;
  readonly #observer: string;
  readonly #client: ObserverClient;
  /** Who the client is in the history that is judged: different in every run. */
  readonly #name: string;
  readonly #next: (touched: readonly ItemKey[]) => Operation;
  readonly #underWay = new Set<Promise<void>>();
  /** Items that the session has seen, the one seen last at the end. */
  readonly #touched = new Map<string, ItemKey>();
  /** Writes under a key whose outcome is unknown. */
  readonly #inDoubt: Operation[] = [];
  #session: string | undefined;
  #isSessionBusy = false;

  constructor(
    run: TrafficRun,
    { observer, client, random }: { observer: string; client: ObserverClient; random: Random },
  ) {
    this.#run = run;
    this.#observer = observer;
    this.#client = client;
    this.#name = `${run.prefix}-${client.name}`;
    this.#next = createTrafficWorkload({
      client: this.#name,
      random,
      keys: run.keys,
      isReadOnly: run.isReadOnly,
    });
  }

  /** Begins the next request. */
  tick(): void {
    const sending = this.#sendNext().finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  /** Resolves when no request is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Repeats writes of unknown outcome under their keys until each is acknowledged or refused; bounded. */
  async resolveInDoubtWrites(): Promise<void> {
    for (let attempts = 0; this.#inDoubt.length > 0 && attempts < RESOLVING_ATTEMPTS_MAX; attempts += 1) {
      for (const operation of this.#inDoubt.splice(0)) {
        this.#run.signal.throwIfAborted();
        await this.#send(operation, { isCarrying: false });
      }
      if (this.#inDoubt.length > 0) await pause(RESOLVING_PAUSE_MS, undefined, { signal: this.#run.signal });
    }
  }

  async readLast(record: (attempt: Attempt) => void, asked: Set<string>): Promise<void> {
    const { regions, dispatcher, digests, nowMs } = this.#run;
    for (const { region, api } of regions) {
      for (const [item, key] of this.#touched) {
        const question = `${this.#name} ${region} ${item}`;
        if (asked.has(question)) continue;
        asked.add(question);
        const client = this.#name;
        const id = `${client}-last-${item}`;
        const operation: Operation = { id, client, kind: 'read', ...key, isLast: true };
        const startMs = nowMs();
        const options = { api, dispatcher, session: this.#session, digests };
        const { answer } = await sendOperation(operation, options);
        const inSession = this.#session !== undefined;
        record({ operation, region, startMs, endMs: nowMs(), inSession, keptSession: false, answer });
      }
    }
  }

  /** Lets connections go. */
  close(): Promise<void> {
    return this.#client.close();
  }

  async #sendNext(): Promise<void> {
    const isCarrying = !this.#isSessionBusy;
    if (isCarrying) this.#isSessionBusy = true;
    try {
      const beganAtMs = this.#run.nowMs();
      const operation = this.#next([...this.#touched.values()]);
      const reply = await this.#send(operation, { isCarrying });
      const latencyMs = this.#run.nowMs() - beganAtMs;
      this.#run.sample(this.#sampleOf(operation, { reply, latencyMs }), beganAtMs);
    } finally {
      if (isCarrying) this.#isSessionBusy = false;
    }
  }

  async #send(operation: Operation, { isCarrying }: { isCarrying: boolean }): Promise<ObserverReply> {
    const { nowMs, digests, record } = this.#run;
    const session = isCarrying ? this.#session : undefined;
    const startMs = nowMs();
    const reply = await this.#client.send(operation, { session, digests });
    const { answer, region, askedAfterMs = 0, others = [] } = reply;
    const keptSession = isCarrying && reply.session !== undefined;
    // Without an address to ask, nothing was sent: there is no attempt to judge.
    if (region === null) return reply;
    const inSession = session !== undefined;
    const asked = { operation, region, inSession, keptSession, answer };
    const attempt: Attempt = { ...asked, startMs: startMs + askedAfterMs, endMs: nowMs() };
    for (const other of others) {
      const { beganAfterMs, endedAfterMs } = other;
      const span = { startMs: startMs + beganAfterMs, endMs: startMs + endedAfterMs };
      record({ ...asked, ...span, region: other.region, keptSession: false, answer: other.answer });
    }
    record(attempt);
    if (keptSession) this.#keep(attempt, reply.session);
    const isDone = isAcknowledged(attempt) || isRefused(attempt);
    if (!isDone && operation.idempotencyKey !== undefined) this.#inDoubt.push(operation);
    return reply;
  }

  #keep({ operation, answer }: Attempt, session: string | undefined): void {
    this.#session = session;
    const key = answer.item ?? ('sk' in operation ? operation : undefined);
    if (key === undefined || answer.sighting === undefined) return;
    const { pk, sk } = key;
    this.#touched.delete(itemName(key));
    this.#touched.set(itemName(key), { pk, sk });
    const [oldest] = this.#touched.keys();
    if (this.#touched.size > TOUCHED_MAX && oldest !== undefined) this.#touched.delete(oldest);
  }

  #sampleOf(
    operation: Operation,
    { reply: { answer, region, requests = 1 }, latencyMs }: { reply: ObserverReply; latencyMs: number },
  ): Omit<TrafficSample, 'atSeconds'> {
    const isRead = operation.kind === 'read' || operation.kind === 'count';
    const isGood = isGoodAnswer(operation, answer.status);
    const outcome = !isGood ? 'failed' : latencyMs > this.#run.slowMs ? 'slow' : 'ok';
    return {
      kind: isRead ? 'read' : 'write',
      vantage: this.#observer,
      client: this.#client.name,
      region,
      outcome,
      latencyMs: Math.round(latencyMs * 10) / 10,
      requests,
      ...(isGood ? {} : { reason: failureReason(answer) }),
    };
  }
}

/** That an item is not there is a good answer to the question for it. */
function isGoodAnswer({ kind }: Operation, status: number): boolean {
  return (status >= 200 && status < 300) || (kind === 'read' && status === 404);
}

function failureReason({ status, error, problem }: ObserverReply['answer']): string {
  if (status === 0) return error ?? 'no answer';
  return problem === undefined ? `HTTP ${status}` : `HTTP ${status} ${problem}`;
}
