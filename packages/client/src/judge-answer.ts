import { headerNames, type JsonValue, type ProblemDocument } from '@gsp/platform/contract';
import { InvalidAnswerError, ProblemError, type ProblemErrorOptions } from './client-error.ts';
import type { OperationName } from './client-events.ts';
import { readJson, readJsonObject } from './json-object.ts';
import type { TransportResponse } from './transport.ts';

/** What was asked for. */
export interface GoodAnswer {
  readonly kind: 'good';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** An object, unless the call takes any JSON; empty where the answer has no body. */
  readonly body: JsonValue;
}

/**
 * A problem that says nothing against the region. `refused`: another attempt would not change it. `contended`: another
 * attempt in this region may. `behind`: the region lacks what the session has seen.
 */
export interface ProblemAnswer {
  readonly kind: 'refused' | 'contended' | 'behind';
  readonly problem: ProblemFacts;
  readonly retryAfterMs: number;
}

/** The region did not do its part. */
export interface RegionFailure {
  readonly kind: 'failed';
  /** Problem code or what broke, in a few words. */
  readonly reason: string;
  readonly error: Error;
  /** Whether it says something of other requests to the region: else it is about this one, or about its key. */
  readonly speaksOfRegion: boolean;
  /** Whether a write may have been made all the same. */
  readonly isInDoubt: boolean;
  /** Least wait before this region is asked again. */
  readonly retryAfterMs: number;
  /** HTTP status, if there was an answer. */
  readonly status?: number;
  /** The problem, if there was an answer. */
  readonly problem?: ProblemFacts;
}

/** What an answer means for the call. */
export type Judgement = GoodAnswer | ProblemAnswer | RegionFailure;

/** Judges a whole answer. */
export function judgeAnswer(response: TransportResponse, asked: Asked): Judgement {
  const { status, headers } = response;
  if (status >= 200 && status < 300) return judgeSuccess(response, asked);
  if (status < 400) return invalid(response, asked, 'an answer of the platform');
  const problem = readProblem(response, asked);
  const waitMs = retryAfterMs(headers);
  if (problem.code === 'replica-behind') return { kind: 'behind', problem, retryAfterMs: waitMs };
  if (problem.code === 'item-contended') return { kind: 'contended', problem, retryAfterMs: waitMs };
  if (status < 500 && status !== 429) return { kind: 'refused', problem, retryAfterMs: waitMs };
  const reason = problem.code === 'unknown' ? `status ${status}` : problem.code;
  const error = new ProblemError(problem);
  const speaksOfRegion = isOfRegion(problem);
  // What API Gateway throttles reaches no function. The table may be throttled when the SDK repeats what timed out.
  const isInDoubt = status !== 429 || problem.code !== 'unknown';
  return { kind: 'failed', reason, error, speaksOfRegion, isInDoubt, retryAfterMs: waitMs, status, problem };
}

function judgeSuccess(response: TransportResponse, asked: Asked): Judgement {
  const { status, headers } = response;
  if (headers[headerNames.region] === undefined)
    return invalid(response, asked, `the header ${headerNames.region}`);
  if (status === 204) return { kind: 'good', status, headers, body: {} };
  const body = asked.takesAnyJson ? readJson(response.body) : readJsonObject(response.body);
  if (body === undefined) return invalid(response, asked, asked.takesAnyJson ? 'JSON' : 'a JSON object');
  return { kind: 'good', status, headers, body };
}

function invalid({ status, headers, body }: TransportResponse, asked: Asked, needed: string): RegionFailure {
  const { operation, region } = asked;
  const shown = `${headers['content-type'] ?? 'no content type'}, ${body.length} characters`;
  const error = new InvalidAnswerError(
    `Cannot ${operation}: ${region} answered ${status} with ${shown}, ${needed} is needed`,
    {
      status,
      region,
      remedy: 'Look for a proxy or a sign-in page on the way, and at the endpoint of that region.',
    },
  );
  const reason = 'invalid-answer';
  return { kind: 'failed', reason, error, speaksOfRegion: true, isInDoubt: true, retryAfterMs: 0, status };
}

/**
 * Whether a problem says something of other requests to the region, as its document tells (`scope`). API Gateway's own
 * answers have none: what it could not deliver does, what it throttled does not, since each route has a limit of its own.
 * Version 0.1 of the platform did not say; there a bug that one request met looked like an outage.
 */
function isOfRegion({ problem, status, code }: ProblemFacts): boolean {
  if (problem?.scope !== undefined) return problem.scope === 'region';
  return status >= 500 && code !== 'internal-error';
}

/** A problem as an answer tells of it, before it is known whether the call ends with it. */
export type ProblemFacts = Omit<ProblemErrorOptions, 'attempts' | 'idempotencyKey' | 'cause'>;

/** What was asked, and where. */
interface Asked {
  readonly operation: OperationName;
  readonly region: string;
  readonly correlationId: string;
  /** Whether any JSON is a good answer. */
  readonly takesAnyJson?: boolean;
}

/** What precedes the code in a problem's type. The whole table of problems would weigh more than the client's engine. */
const typePrefix = 'urn:problem-type:gsp:';

/**
 * Reads the problem of an answer whose status says that there is one. Some do not come from the platform's functions:
 * API Gateway answers `{"message":"Too Many Requests"}` by itself, and a firewall a page. Those get the code `unknown`.
 */
function readProblem(response: TransportResponse, asked: Asked): ProblemFacts {
  const { status, headers, body } = response;
  const { operation, region, correlationId } = asked;
  const document = readJsonObject(body);
  const where = {
    status,
    region: headers[headerNames.region] ?? region,
    correlationId: headers[headerNames.correlationId] ?? correlationId,
  };
  if (document !== undefined && isProblem(document)) {
    const { detail, remedy, retryable } = document;
    return { ...where, code: codeOf(document), detail, remedy, retryable, problem: document };
  }
  const message = document?.message;
  const said = typeof message === 'string' ? ` (${message})` : '';
  return {
    ...where,
    code: 'unknown',
    detail: `Cannot ${operation}: ${region} answered ${status}${said}, an answer of the platform is needed`,
    remedy: 'Look at what stands between this client and the platform, and at its limits.',
    retryable: status >= 500 || status === 429,
    problem: undefined,
  };
}

function isProblem(document: object): document is ProblemDocument {
  const { type, detail, remedy, retryable } = document as Partial<ProblemDocument>;
  const isComplete =
    typeof detail === 'string' && typeof remedy === 'string' && typeof retryable === 'boolean';
  return typeof type === 'string' && type.startsWith(typePrefix) && isComplete;
}

function codeOf({ type }: ProblemDocument): ProblemErrorOptions['code'] {
  return type.slice(typePrefix.length) as ProblemErrorOptions['code'];
}

/**
 * Reads how long an answer asks to wait (RFC 9110, section 10.2.3): seconds, or a date, which counts from the answer's own
 * `date` so that no clock of ours has to be right.
 *
 * @param headers - names in lower case
 * @returns milliseconds, 0 when the answer asks for nothing that can be understood
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>): number {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const delayMs = Date.parse(value) - Date.parse(headers.date ?? '');
  return Number.isFinite(delayMs) ? Math.max(0, delayMs) : 0;
}
