import { headerNames, type ProblemDocument } from '@gsp/platform/contract';
import type { ProblemErrorOptions } from './client-error.ts';
import type { OperationName } from './client-events.ts';
import { readJsonObject } from './read-json-object.ts';
import type { TransportResponse } from './transport.ts';

/** A problem as an answer tells of it, before it is known whether the call ends with it. */
export type ProblemFacts = Omit<ProblemErrorOptions, 'attempts' | 'idempotencyKey' | 'cause'>;

/** What was asked, and where. */
export interface Asked {
  readonly operation: OperationName;
  readonly region: string;
  readonly correlationId: string;
}

/** What precedes the code in a problem's type. The whole table of problems would weigh more than the client's engine. */
const typePrefix = 'urn:problem-type:gsp:';

/**
 * Reads the problem of an answer whose status says that there is one. Some do not come from the platform's functions:
 * API Gateway answers `{"message":"Too Many Requests"}` by itself, and a firewall a page. Those get the code `unknown`.
 */
export function readProblem(response: TransportResponse, asked: Asked): ProblemFacts {
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
