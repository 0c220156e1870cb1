/** What a client asks for. Items are named by sort key, or by the idempotency key that made them. */
export type Request =
  | {
      readonly kind: 'post';
      readonly data: string;
      readonly ttlSeconds?: number | null;
      readonly key?: string;
    }
  | {
      readonly kind: 'put';
      readonly item: ItemName;
      readonly data: string;
      readonly ttlSeconds?: number | null;
      readonly key?: string;
      /** Whether the version that the session has seen last is required. */
      readonly ifMatch?: boolean;
    }
  | { readonly kind: 'delete'; readonly item: ItemName; readonly key?: string }
  | { readonly kind: 'get'; readonly item: ItemName }
  | { readonly kind: 'increment'; readonly counter: string; readonly by: number; readonly key?: string };

/** Names an item: by its sort key, or as the one that `POST /write` makes for an idempotency key. */
export type ItemName = { readonly sk: string } | { readonly madeBy: string };

/**
 * What goes wrong at one of an operation's calls to the table, counted from 0.
 *
 * - `refused`: the table does nothing and says so
 * - `lost-answer`: the table does it, the function is told of a timeout
 * - `repeated`: the first answer is lost below the function, the SDK sends the same request again
 * - `crash-before`, `crash-after`: the function dies before or after the table does it; the client hears nothing
 */
export interface CallFault {
  readonly call: number;
  readonly kind: 'refused' | 'lost-answer' | 'repeated' | 'crash-before' | 'crash-after';
}

/** One step of a scenario. Every step can be left out without changing what the others mean. */
export type Step = { readonly id: number; readonly atMs: number } & (
  | {
      readonly kind: 'operation';
      readonly session: string;
      readonly region: string;
      readonly request: Request;
      readonly fault?: CallFault;
    }
  | { readonly kind: 'cut' | 'heal'; readonly from: string; readonly to: string }
  /** Sets how far a clock is off: the one that stamps writes, or that of the functions. */
  | {
      readonly kind: 'clock';
      readonly part: 'replica' | 'functions';
      readonly region: string;
      readonly offsetMs: number;
    }
  /** DynamoDB removes what has expired in this region. */
  | { readonly kind: 'sweep'; readonly region: string }
  /** The stream consumer forgets how far it was, by up to this many records, and reads on after a while. */
  | { readonly kind: 'rewind'; readonly region: string; readonly records: number; readonly forMs: number }
);

/** A whole run, in plain data: the same scenario always gives the same history. */
export interface Scenario {
  readonly seed: number;
  readonly regions: readonly string[];
  /** Bounds of the delay of one replicated change, in milliseconds. */
  readonly delayMs: { readonly min: number; readonly max: number };
  /** Probability that a link sends the latest image of a key instead of every one. */
  readonly coalesced: number;
  /** How long an idempotency key is good for, in seconds. */
  readonly windowSeconds: number;
  /** Probability that a replicated change arrives twice. */
  readonly duplicated: number;
  /** Whether lost writes are merged into what is kept. */
  readonly merges: boolean;
  readonly steps: readonly Step[];
}
