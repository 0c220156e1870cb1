import type { ProblemCode, ProblemDocument } from '@gsp/platform/contract';
import type { AttemptKind, AttemptOutcome, OperationName } from './client-events.ts';

/** One request of a call that failed, as its error tells of it. */
export interface AttemptSummary {
  readonly region: string;
  readonly kind: AttemptKind;
  readonly outcome: AttemptOutcome;
  readonly latencyMs: number;
  /** HTTP status; absent when there was no answer. */
  readonly status?: number;
  /** Problem code or what broke; absent when all went well. */
  readonly reason?: string;
}

/** What every error of the client carries. */
export interface ClientErrorOptions extends ErrorOptions {
  /** What the caller can do, as whole sentences. */
  readonly remedy: string;
  /** @default - none: no request was sent */
  readonly attempts?: readonly AttemptSummary[];
  /** @default - null: no key was sent */
  readonly idempotencyKey?: string | null;
}

/**
 * What every error of the client is. Its message says what could not be done, how things stand, what is needed, and the
 * remedy. Told apart by `name`, with {@link isPlatformClientError} and its like: where a program holds two copies of this
 * package, `instanceof` fails.
 */
export class PlatformClientError extends Error {
  override readonly name: string = 'PlatformClientError';
  /** What the caller can do. */
  readonly remedy: string;
  /** Every request that was sent for the call, in the order of their ends. */
  readonly attempts: readonly AttemptSummary[];
  /**
   * Key under which the write was sent, made by the client or given. Whoever repeats the call with it and the same
   * content gets the write made once, however often it was sent. Null for reads, and writes without one.
   */
  readonly idempotencyKey: string | null;

  constructor(
    message: string,
    { remedy, attempts = [], idempotencyKey = null, ...rest }: ClientErrorOptions,
  ) {
    super(`${message}. ${remedy}`, rest);
    this.remedy = remedy;
    this.attempts = attempts;
    this.idempotencyKey = idempotencyKey;
  }
}

/** Code of a problem; `unknown` where the answer is no problem document of the platform, such as API Gateway's own. */
export type KnownProblemCode = ProblemCode | 'unknown';

/** What a {@link ProblemError} is made of. */
export interface ProblemErrorOptions extends ClientErrorOptions {
  readonly code: KnownProblemCode;
  readonly status: number;
  readonly detail: string;
  readonly correlationId: string;
  /** Region that answered. */
  readonly region: string;
  readonly retryable: boolean;
  /** The body of the answer; undefined where it is no problem document. */
  readonly problem: ProblemDocument | undefined;
}

/**
 * The platform answered with a problem: what was asked for cannot be had, or not now.
 *
 * @example
 * ```ts
 * try {
 *   await client.putItem({ pk: 'demo', sk: 'a', data: 1 }, { ifMatch: etag });
 * } catch (error) {
 *   if (isProblemError(error, 'item-changed')) console.log('somebody was faster:', error.detail);
 *   else throw error;
 * }
 * ```
 */
export class ProblemError extends PlatformClientError {
  override readonly name: string = 'ProblemError';
  /** Code of the problem, for example `item-not-found`. A code that this client does not know yet is kept as it is. */
  readonly code: KnownProblemCode;
  /** HTTP status. */
  readonly status: number;
  /** What went wrong this time. */
  readonly detail: string;
  /** Finds the request in the logs. */
  readonly correlationId: string;
  /** Region that answered. */
  readonly region: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** The whole problem document (RFC 9457): `errors` names each fault. Undefined where there was none. */
  readonly problem: ProblemDocument | undefined;

  constructor(options: ProblemErrorOptions) {
    super(options.detail, options);
    this.code = options.code;
    this.status = options.status;
    this.detail = options.detail;
    this.correlationId = options.correlationId;
    this.region = options.region;
    this.retryable = options.retryable;
    this.problem = options.problem;
  }
}

/**
 * No region that could be asked in time has what the session has seen. A later call may find it; one with `session: null`
 * takes whatever version there is.
 */
export class SessionBehindError extends ProblemError {
  override readonly name = 'SessionBehindError';
  /** Region that has it, as far as the one that answered knows. */
  readonly aheadRegion: string | undefined;

  constructor(options: ProblemErrorOptions) {
    super(options);
    this.aheadRegion = options.problem?.region;
  }
}

/** No region answered well, within what deadline, retry budget and bound of attempts allow. */
export class RegionsUnavailableError extends PlatformClientError {
  override readonly name = 'RegionsUnavailableError';
}

/** Time was up before an answer came; `cause` is what went wrong until then, if anything did. */
export class DeadlineExceededError extends PlatformClientError {
  override readonly name = 'DeadlineExceededError';
  /** Time that the call had, in milliseconds. */
  readonly timeoutMs: number;

  constructor(
    operation: OperationName,
    { timeoutMs, ...options }: ClientErrorOptions & { timeoutMs: number },
  ) {
    const needed = 'an answer within that time is needed';
    super(`Cannot ${operation}: ${timeoutMs} ms have passed, ${needed}`, options);
    this.timeoutMs = timeoutMs;
  }
}

/**
 * A write was sent, and whether it was made is unknown: it had no idempotency key and was not repeated, or one region refused
 * it after another one may have made it.
 */
export class OutcomeUnknownError extends PlatformClientError {
  override readonly name = 'OutcomeUnknownError';
}

/** An answer came that is none of the platform's, for example the page of a proxy. It counts as the region's failure. */
export class InvalidAnswerError extends PlatformClientError {
  override readonly name = 'InvalidAnswerError';
  /** HTTP status. */
  readonly status: number;
  /** Region that was asked. */
  readonly region: string;

  constructor(
    message: string,
    { status, region, ...options }: ClientErrorOptions & { status: number; region: string },
  ) {
    super(message, options);
    this.status = status;
    this.region = region;
  }
}

/** `amplify_outputs.json` is not what this client needs; the message names what is missing. */
export class InvalidOutputsError extends PlatformClientError {
  override readonly name = 'InvalidOutputsError';
  /** The message is for a person as it stands: a command shows it without a stack. */
  readonly isExpected = true;
}

const names: ReadonlySet<string> = new Set([
  'PlatformClientError',
  'ProblemError',
  'SessionBehindError',
  'RegionsUnavailableError',
  'DeadlineExceededError',
  'OutcomeUnknownError',
  'InvalidAnswerError',
  'InvalidOutputsError',
  'OperatorError',
]);

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** Whether an error is one of this client's. */
export function isPlatformClientError(error: unknown): error is PlatformClientError {
  return names.has(nameOf(error));
}

/** Whether the platform answered with a problem; with a code, whether it is that one. */
export function isProblemError(error: unknown, code?: KnownProblemCode): error is ProblemError {
  const isProblem = nameOf(error) === 'ProblemError' || isSessionBehindError(error);
  return isProblem && (code === undefined || (error as ProblemError).code === code);
}

/** Whether no region has yet what the session has seen. */
export function isSessionBehindError(error: unknown): error is SessionBehindError {
  return nameOf(error) === 'SessionBehindError';
}

/** Whether no region answered well. */
export function isRegionsUnavailableError(error: unknown): error is RegionsUnavailableError {
  return nameOf(error) === 'RegionsUnavailableError';
}

/** Whether time was up. */
export function isDeadlineExceededError(error: unknown): error is DeadlineExceededError {
  return nameOf(error) === 'DeadlineExceededError';
}

/** Whether a write may have been made, or not. */
export function isOutcomeUnknownError(error: unknown): error is OutcomeUnknownError {
  return nameOf(error) === 'OutcomeUnknownError';
}

/** Whether an answer was none of the platform's. */
export function isInvalidAnswerError(error: unknown): error is InvalidAnswerError {
  return nameOf(error) === 'InvalidAnswerError';
}

/** Whether `amplify_outputs.json` is not what this client needs. */
export function isInvalidOutputsError(error: unknown): error is InvalidOutputsError {
  return nameOf(error) === 'InvalidOutputsError';
}
