import type { ServerResponse } from 'node:http';
import { ResolutionError } from './query-dns.ts';

/** What an edge does to a request and its answer. Headers are names and values in turn. */
export interface PassingEdge {
  /** Stands before every path. */
  readonly pathPrefix: string;
  originHeaders(sent: readonly string[]): string[];
  viewerHeaders(status: number, received: readonly string[]): string[];
}

/** Thrown when an answer did not begin in time. */
export class AnswerTimeoutError extends Error {
  override readonly name = 'AnswerTimeoutError';
}

const TITLES = { 400: 'Bad Request', 502: 'Bad Gateway', 504: 'Gateway Timeout' } as const;

/** What went wrong on the way, as the problem's `reason` says it to a program. */
interface Failure {
  readonly status: keyof typeof TITLES;
  readonly reason: string;
  readonly remedy: string;
}

/** Answers a request that asks for a name which is none of the platform's. */
export function answerForeignHost(outgoing: ServerResponse, detail: string): void {
  const reason = 'foreign-host';
  const body = JSON.stringify({ type: 'about:blank', title: 'Forbidden', status: 403, detail, reason });
  outgoing.writeHead(403, {
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
  });
  outgoing.end(body);
}

/**
 * Answers a request that got no answer, as a problem (RFC 9457) that says what a browser would only log: no name, no
 * connection, a connection that broke, no answer in time. `x-twin-address` names the address that was tried.
 */
export function answerProblem(
  outgoing: ServerResponse,
  error: unknown,
  {
    act,
    address,
    edge,
  }: {
    readonly act: string;
    readonly address: string | undefined;
    readonly edge?: Pick<PassingEdge, 'viewerHeaders'> | undefined;
  },
): void {
  const { status, reason, remedy } = failureOf(error);
  const cause = causeOf(error);
  const body = JSON.stringify({
    type: 'about:blank',
    title: TITLES[status],
    status,
    detail: `Cannot ${act}: ${cause}. ${remedy}`,
    reason,
  });
  const headers = {
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    ...(address !== undefined && { 'x-twin-address': address }),
  };
  outgoing.writeHead(status, edge?.viewerHeaders(status, Object.entries(headers).flat()) ?? headers);
  outgoing.end(body);
}

function failureOf(error: unknown): Failure {
  if (error instanceof ResolutionError)
    return { status: 502, reason: 'name-not-resolved', remedy: 'Ask again once the DNS server answers.' };
  if (error instanceof AnswerTimeoutError)
    return {
      status: 504,
      reason: 'timeout',
      remedy: 'The region is slow or gone; DNS names another in time.',
    };
  switch (codeOf(error)) {
    case 'UND_ERR_CONNECT_TIMEOUT':
      return { status: 504, reason: 'timeout', remedy: 'The region is gone; DNS names another in time.' };
    case 'UND_ERR_INVALID_ARG':
    case 'ERR_ASSERTION':
      return { status: 400, reason: 'invalid-request', remedy: 'Send a request for a path.' };
    case 'ECONNREFUSED':
      return {
        status: 502,
        reason: 'connection-refused',
        remedy: 'Nothing listens there; DNS names another region in time.',
      };
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return {
        status: 502,
        reason: 'connection-reset',
        remedy: 'Whether the request was carried out is not known; repeat it only if it may be.',
      };
    default:
      return { status: 502, reason: 'no-valid-answer', remedy: 'See what listens at the address.' };
  }
}

/** What is told of an error. A broken assertion of the client that sends on says only how it is written. */
function causeOf(error: unknown): string {
  if (codeOf(error) === 'ERR_ASSERTION') return 'it is no request that can be sent on';
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
