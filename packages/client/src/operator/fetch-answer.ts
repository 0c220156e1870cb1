import { boundedText } from '../bounded-text.ts';
import { isRecord } from '../json-object.ts';

/** What came back, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON of the body, its text where it is not JSON, or undefined where it is empty. */
  readonly body: unknown;
}

/** How long to wait, and until when the caller wants to know. */
export interface FetchLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** The longest answer there is lists a few dozen entries of the audit trail. */
const BYTES_MAX = 1_048_576;

/**
 * Sends one request and reads its answer, bounded in time and in size. Redirects are not followed: what is signed for one
 * region is no other's to see.
 *
 * @throws {Error} when there is no whole answer, with the reason as its message
 * @throws the signal's reason when it ends the request
 */
export async function fetchAnswer(
  url: string | URL,
  init: Pick<RequestInit, 'method' | 'headers' | 'body'>,
  { timeoutMs, signal }: FetchLimits,
): Promise<Answer> {
  signal?.throwIfAborted();
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'error',
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: parse(await boundedText(response, BYTES_MAX)),
    };
  } catch (cause) {
    signal?.throwIfAborted();
    throw new Error(limit.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(cause), { cause });
  }
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * What went wrong: Node's `fetch failed` says nothing, its cause does. Where several addresses failed, only a code is
 * left. A browser tells no page why.
 */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error) || cause instanceof TypeError) return 'no answer';
  return cause.message || String(Reflect.get(cause, 'code') ?? cause.name);
}

/** A member of what came back; undefined where there is none. */
export function memberOf(body: unknown, name: string): unknown {
  return isRecord(body) ? body[name] : undefined;
}
