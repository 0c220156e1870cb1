import { headerNames, type JsonValue } from '@gsp/platform/contract';
import { InvalidAnswerError, ProblemError } from './client-error.ts';
import { readJsonObject } from './read-json-object.ts';
import { type Asked, type ProblemFacts, readProblem } from './read-problem.ts';
import { retryAfterMs } from './retry-after.ts';
import type { TransportResponse } from './transport.ts';

/** What was asked for. */
export interface GoodAnswer {
  readonly kind: 'good';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Members of the body; none where the answer has no body. */
  readonly body: Readonly<Record<string, JsonValue>>;
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
  return { kind: 'failed', reason, error: new ProblemError(problem), retryAfterMs: waitMs, status, problem };
}

function judgeSuccess(response: TransportResponse, asked: Asked): Judgement {
  const { status, headers } = response;
  if (headers[headerNames.region] === undefined)
    return invalid(response, asked, `the header ${headerNames.region}`);
  if (status === 204) return { kind: 'good', status, headers, body: {} };
  const body = readJsonObject(response.body);
  if (body === undefined) return invalid(response, asked, 'a JSON object');
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
  return { kind: 'failed', reason: 'invalid-answer', error, retryAfterMs: 0, status };
}
