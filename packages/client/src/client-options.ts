import type { Clock, Random } from './clock.ts';
import type { EndpointMode } from './parse-outputs.ts';
import type { RegionEndpoint } from './region.ts';
import type { Session } from './session.ts';
import type { Transport } from './transport.ts';
import type { TokenSource } from './with-token.ts';

/** How a client behaves. Times in milliseconds. */
export interface ClientBehaviour {
  /** Longest wait for an answer, all attempts of a call together. @default 5_000 */
  readonly timeoutMs?: number;
  /**
   * Longest wait for one region before another is asked. A read that carries a session gets 1,000 ms more, as a region may
   * wait that long for replication; the last attempt that is possible gets all the time left. @default 1_000
   */
  readonly attemptTimeoutMs?: number;
  /**
   * How many requests may be sent beyond the first of each call: `ratio` of the calls, and `reserve` beside that. A call of
   * a region that is lost moves once to another, and gives its token back when that answers.
   * Hedges may use half of the ratio and a tenth of the reserve, so that they leave something for calls whose region fails.
   * @default { ratio: 0.1, reserve: 100 }
   */
  readonly retryBudget?: { readonly ratio: number; readonly reserve: number };
  /** Whether a read that takes longer than 95 of 100 is asked of a second region as well. @default true */
  readonly hedge?: boolean;
  /** What calls without a session of their own have seen. @default - a new one, which has seen nothing */
  readonly session?: Session;
  /**
   * Token (RFC 7519) that every request brings, without `Bearer`, or a function that gives the one that is valid now: it is
   * asked once in each call. It is sent to the platform's own endpoints only, and told to no event, error or log.
   * @default - none, which is enough where the stage trusts no issuer
   */
  readonly token?: TokenSource;
  /** @default - the clock of the process or page */
  readonly clock?: Clock;
  /** @default Math.random */
  readonly random?: Random;
  /** Makes idempotency keys and correlation ids. Keys in the order of time keep lists in it. @default - UUIDs, version 7 */
  readonly newId?: () => string;
}

/** What a client is made of. */
export type ClientOptions = OutputsOptions | RegionsOptions;

/** How requests travel, where that is the program's to say. */
interface TransportOptions extends ClientBehaviour {
  /** @default - the REST category of `aws-amplify`; in the entry `./fetch`, the `fetch` there is */
  readonly transport?: Transport;
}

/** What a client for a deployed platform, or its twin, is made of. */
export interface OutputsOptions extends TransportOptions {
  /** The content of `amplify_outputs.json`: its regions, entities and routes. */
  readonly outputs: unknown;
  /**
   * `regional`: the client chooses the region itself and moves at once when one fails. `global`: it asks the one name that
   * Route 53 points at a healthy region, or the edge in front of it, and moves when DNS does. Where the outputs say that
   * regions let nobody in but through the edge (`edgeOnly`), `regional` is refused.
   * @default 'regional', or 'global' where the outputs say `edgeOnly`
   */
  readonly endpoint?: EndpointMode;
  readonly regions?: never;
}

/** What a client is made of where no outputs are: it has the built-in calls alone. */
export interface RegionsOptions extends TransportOptions {
  /** Where each region is asked, the one to begin with first. */
  readonly regions: readonly RegionEndpoint[];
  readonly outputs?: never;
  readonly endpoint?: never;
}

/** Longest time that a timer can be set to: 2^31 - 1 milliseconds. */
const timerMsMax = 2_147_483_647;

/**
 * Gives back a time that a timer can be set to.
 *
 * @throws {RangeError} for any other number, and for what is none
 */
export function checkedTimeoutMs(name: 'timeoutMs' | 'attemptTimeoutMs', value: number): number {
  if (typeof value === 'number' && value > 0 && value <= timerMsMax) return value;
  throw new RangeError(
    `Cannot wait for an answer: ${name} is ${String(value)}, a number above 0 and up to ${timerMsMax} is needed`,
  );
}
