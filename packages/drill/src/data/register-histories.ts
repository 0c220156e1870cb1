import {
  type Attempt,
  type History,
  isAcknowledged,
  isUnmade,
  itemName,
  type Operation,
} from '../judge/history.ts';
import { versionText } from '../judge/image-ancestry.ts';

/** What became of an attempt, as far as its client knows. */
export type RegisterOutcome =
  /** A write was made, now. */
  | 'made'
  /** A write was said to have been made before, under the same key. */
  | 'replayed'
  /** A read found the value of an event. */
  | 'found'
  /** A read found nothing. */
  | 'absent'
  /** A deletion found nothing, not even an earlier deletion. */
  | 'missing'
  /** A condition did not hold. */
  | 'changed'
  /** Nobody knows whether a write was made. */
  | 'unknown';

/** One attempt at a register. */
export interface RegisterEvent {
  readonly client: string;
  readonly kind: 'read' | 'put' | 'delete';
  /** What a write writes: attempts with one value are the same write. */
  readonly value?: string;
  /** Whether a second attempt at this write is the same write. */
  readonly keyed?: boolean;
  /** The value that has to be there for a write; `""` for none. Absent: whatever is there. */
  readonly needs?: string;
  /** Of a read: the value that it found. */
  readonly found?: string;
  readonly outcome: RegisterOutcome;
  /** Nanoseconds since the run began. */
  readonly callNs: number;
  /** Absent where nobody knows when it took effect, if it did. */
  readonly returnNs?: number;
}

/** Everything that happened to an item that was written in one region only: there it is a linearizable register. */
export interface RegisterHistory {
  readonly item: string;
  readonly region: string;
  readonly events: readonly RegisterEvent[];
}

/**
 * Finds the items that were written in one region only, whatever became of links and processes meanwhile, and tells
 * what clients saw of them there, for a judge of linearizability. What is certain to have done nothing is left out,
 * and so is a key that was refused for its time: both are true of any state.
 *
 * Items that a POST made are left out: their history begins with a write whose name its client could not know.
 */
export function registerHistories({ attempts }: Pick<History, 'attempts'>): RegisterHistory[] {
  const items = new Map<string, RegisterAttempt[]>();
  const values = new Map<string, string>();
  const posted = new Set<string>();
  for (const attempt of attempts) {
    const { answer } = attempt;
    const { item } = answer;
    if (item !== undefined) values.set(`${itemName(item)} ${versionText(item.version)}`, opOf(item.data));
    if (item !== undefined && attempt.operation.kind === 'post') posted.add(itemName(item));
    if (!isOfRegister(attempt)) continue;
    const name = itemName(attempt.operation);
    items.set(name, [...(items.get(name) ?? []), attempt]);
  }
  return [...items].flatMap(([item, list]) => {
    const writes = list.filter((each) => each.operation.kind !== 'read' && each.answer.isUnsent !== true);
    const [region, ...others] = new Set(writes.map((write) => write.region));
    if (region === undefined || others.length > 0 || posted.has(item)) return [];
    const here = list.filter((each) => each.region === region);
    return [{ item, region, events: here.flatMap((each) => eventOf(each, values)) }];
  });
}

type RegisterOperation = Extract<Operation, { kind: 'read' | 'put' | 'delete' }>;
type RegisterAttempt = Attempt & { readonly operation: RegisterOperation };

function isOfRegister(attempt: Attempt): attempt is RegisterAttempt {
  const { kind } = attempt.operation;
  return kind === 'read' || kind === 'put' || kind === 'delete';
}

function eventOf(attempt: RegisterAttempt, values: ReadonlyMap<string, string>): RegisterEvent[] {
  const { operation, startMs, endMs } = attempt;
  const outcome = outcomeOf(attempt);
  if (outcome === undefined) return [];
  const span = {
    callNs: nanoseconds(startMs),
    ...(outcome !== 'unknown' && { returnNs: nanoseconds(endMs) }),
  };
  const { client, kind } = operation;
  if (operation.kind === 'read') {
    const found = attempt.answer.item === undefined ? {} : { found: opOf(attempt.answer.item.data) };
    return [{ client, kind, ...found, outcome, ...span }];
  }
  const { id: value, idempotencyKey, match } = operation;
  const needs =
    match === undefined
      ? {}
      : {
          needs: match === 'none' ? '' : (values.get(`${itemName(operation)} ${versionText(match)}`) ?? '?'),
        };
  return [{ client, kind, value, keyed: idempotencyKey !== undefined, ...needs, outcome, ...span }];
}

/** Undefined for what tells nothing of the register. */
function outcomeOf(attempt: RegisterAttempt): RegisterOutcome | undefined {
  const { operation, answer } = attempt;
  if (operation.kind === 'read')
    return answer.status === 200 ? 'found' : answer.status === 404 ? 'absent' : undefined;
  if (isAcknowledged(attempt)) return answer.isReplay === true ? 'replayed' : 'made';
  if (answer.status === 404) return 'missing';
  if (answer.status === 412) return 'changed';
  return isUnmade(attempt) ? undefined : 'unknown';
}

function opOf(data: unknown): string {
  return typeof data === 'object' && data !== null && 'op' in data ? String(data.op) : '?';
}

function nanoseconds(ms: number): number {
  return Math.round(ms * 1e6);
}
