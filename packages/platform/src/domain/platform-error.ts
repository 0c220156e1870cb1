import type { Conflict } from '../contract/conflict.ts';
import type { ItemKey } from '../contract/item.ts';
import type { Issue } from '../contract/json-value.ts';
import type { ProblemCode } from '../contract/problems.ts';

/** What an error may carry beyond its code and message. */
export interface PlatformErrorOptions extends ErrorOptions {
  /** Every issue of the request, when there can be several. */
  readonly issues?: readonly Issue[];
  /** Methods that the path has; for `method-not-allowed`. */
  readonly allow?: readonly string[];
  /** Region that has what was asked for; for `replica-behind`. */
  readonly region?: string;
  /** Key of the record that another program wrote; for `foreign-item`. */
  readonly key?: ItemKey;
  /** The clock of this region, ISO 8601; for `idempotency-key-out-of-window`. */
  readonly serverTime?: string;
  /** The lost write that the session had seen; for `item-not-found`. */
  readonly superseded?: Conflict;
}

/**
 * An outcome that the contract has a problem for. Thrown wherever it is found: by the parser for a bad request,
 * by a decision for an absent item, by an adapter that translates what AWS said. Everything else that is thrown
 * is an error of the platform.
 */
export class PlatformError extends Error {
  override readonly name = 'PlatformError';
  readonly code: ProblemCode;
  readonly issues: readonly Issue[];
  readonly allow: readonly string[];
  readonly region: string | undefined;
  readonly key: ItemKey | undefined;
  readonly serverTime: string | undefined;
  readonly superseded: Conflict | undefined;

  constructor(code: ProblemCode, message: string, options: PlatformErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.issues = options.issues ?? [];
    this.allow = options.allow ?? [];
    this.region = options.region;
    this.key = options.key;
    this.serverTime = options.serverTime;
    this.superseded = options.superseded;
  }
}
