/** An answer of a region's API, read whole. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body where it is JSON; undefined otherwise. */
  readonly json: unknown;
}

/** A request to a region's API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST';
  /** Without a trailing slash. */
  readonly endpoint: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Of the whole exchange. @default 10000 - a cold start, and a name that is looked up for the first time */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

/** @throws whatever `fetch` throws, where there is no answer within its time */
export async function askApi(request: ApiRequest): Promise<ApiAnswer> {
  const { method, endpoint, path, headers = {}, body, timeoutMs = 10_000, signal } = request;
  const answer = await fetch(`${endpoint}${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    // A redirect would be another host's answer.
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, json: parse(text) };
}

/** Why there was no answer, in words: `fetch` keeps the reason in its cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
