import { encodePathKey } from '@gsp/platform/contract';
import { type Dispatcher, request } from 'undici';
import { type Answer, answerSchema, type Operation } from './judge/history.ts';
import { versionText } from './judge/image-ancestry.ts';
import { tallyEntity, tallyPageSchema, tallySchema } from './judge/tally.ts';
import { sightingFromToken } from './session-token.ts';

/** An answer, and the session that came with it. */
export interface Reply {
  readonly answer: Answer;
  readonly session?: string;
  /** Region that says it has answered. */
  readonly servedBy?: string;
}

/** How to send operations. */
export interface SendOptions {
  /** URL of the region's API. */
  readonly api: string;
  readonly dispatcher: Dispatcher;
  /** Name to send as `Host`. @default - that of the URL */
  readonly host?: string;
  /** Longest wait for the whole answer. @default - what the dispatcher waits */
  readonly timeoutMs?: number;
  readonly session: string | undefined;
  /** Digests by which session tokens name items, learned from answers; by item name. */
  readonly digests: Map<string, string>;
}

/**
 * Sends an operation to one region, once. Whatever happens is an answer: no connection, no answer in time, or one
 * that makes no sense has the status 0.
 */
export async function sendOperation(operation: Operation, options: SendOptions): Promise<Reply> {
  const { api, dispatcher, host, timeoutMs, session, digests } = options;
  const { method, path, body, headers } = requestOf(operation);
  try {
    const response = await request(`${api}${path}`, {
      method,
      dispatcher,
      ...(timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) }),
      headers: {
        ...headers,
        ...(host === undefined ? {} : { host }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(operation.idempotencyKey === undefined ? {} : { 'idempotency-key': operation.idempotencyKey }),
        ...(session === undefined ? {} : { 'x-session': session }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.body.text();
    const answered: unknown = text === '' ? {} : JSON.parse(text);
    const parsed = answerSchema.parse(answered);
    const servedBy = single(response.headers['x-region']);
    const token = single(response.headers['x-session']);
    const isReplay = single(response.headers['idempotency-replayed']) === 'true';
    const sighting =
      token === undefined
        ? undefined
        : sightingFromToken(token, { operation, item: parsed.item, isReplay, digests });
    const answer: Answer = {
      status: response.statusCode,
      ...(parsed.type === undefined ? {} : { problem: parsed.type.split(':').at(-1) ?? '' }),
      ...(parsed.region === undefined ? {} : { namedRegion: parsed.region }),
      ...(parsed.item === undefined ? {} : { item: parsed.item }),
      ...(parsed.superseded === undefined ? {} : { superseded: parsed.superseded }),
      ...(parsed.value === undefined ? {} : { value: parsed.value }),
      ...talliesIn(operation, response.statusCode, answered),
      ...(isReplay ? { isReplay } : {}),
      ...(sighting === undefined ? {} : { sighting }),
    };
    return {
      answer,
      ...(token === undefined ? {} : { session: token }),
      ...(servedBy === undefined ? {} : { servedBy }),
    };
  } catch (error) {
    const unsent = isUnsent(error) ? { isUnsent: true as const } : {};
    return {
      answer: { status: 0, error: error instanceof Error ? error.message : String(error), ...unsent },
    };
  }
}

interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

function requestOf(operation: Operation): HttpRequest {
  const data = { op: operation.id };
  switch (operation.kind) {
    case 'post':
      return { method: 'POST', path: '/write', body: { pk: operation.pk, data } };
    case 'put': {
      const { ttlSeconds, match } = operation;
      const life = ttlSeconds === undefined ? {} : { ttlSeconds };
      return {
        method: 'PUT',
        path: itemPath(operation),
        body: { data, ...life },
        headers: conditionOf(match),
      };
    }
    case 'delete':
      return { method: 'DELETE', path: itemPath(operation), headers: conditionOf(operation.match) };
    case 'read':
      return { method: 'GET', path: itemPath(operation) };
    case 'increment':
      return { method: 'POST', path: counterPath(operation), body: { by: operation.by } };
    case 'count':
      return { method: 'GET', path: counterPath(operation) };
    case 'open':
    case 'mark': {
      const kind = operation.tallyKind === undefined ? {} : { kind: operation.tallyKind };
      const body = { ...kind, marks: { [operation.id]: 1 } };
      if (operation.kind === 'mark') return { method: 'PATCH', path: tallyPath(operation), body };
      return { method: 'PUT', path: tallyPath(operation), body, headers: conditionOf('none') };
    }
    case 'drop':
      return { method: 'DELETE', path: tallyPath(operation), headers: conditionOf(operation.match) };
    case 'look':
      return { method: 'GET', path: tallyPath(operation) };
    case 'find':
      return { method: 'GET', path: tallyQuery(operation.tallyKind) };
    case 'misuse':
      return { method: operation.method, path: operation.path, body: operation.body };
  }
}

function itemPath({ pk, sk }: { readonly pk: string; readonly sk: string }): string {
  return `/items/${encodePathKey(pk)}/${encodePathKey(sk)}`;
}

/** Path and query by which the index finds the first hundred tallies of a kind: all, where a run has fewer. */
export function tallyQuery(kind: string): string {
  return `/${tallyEntity.plural}?${new URLSearchParams({ index: tallyEntity.index, kind, limit: '100' })}`;
}

/** Path of a tally. */
export function tallyPath({ tally }: { readonly tally: string }): string {
  return `/${tallyEntity.plural}/${encodePathKey(tally)}`;
}

/** Tallies that an answer shows. One that ought to show some and does not makes no sense. */
function talliesIn({ kind }: Operation, status: number, body: unknown): Pick<Answer, 'tally' | 'tallies'> {
  if (status !== 200) return {};
  if (kind === 'find') return { tallies: tallyPageSchema.parse(body).items };
  return kind === 'open' || kind === 'mark' || kind === 'look' ? { tally: tallySchema.parse(body) } : {};
}

function counterPath({ counter }: { readonly counter: string }): string {
  return `/counters/${encodePathKey(counter)}`;
}

function conditionOf(match: Readonly<Record<string, number>> | 'none' | undefined): Record<string, string> {
  if (match === undefined) return {};
  return match === 'none' ? { 'if-none-match': '*' } : { 'if-match': `"${versionText(match)}"` };
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** What connecting fails with before a byte of a request is sent (connect(2)). */
const UNSENT = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Errors inside errors; more would be a circle. */
const DEPTH_MAX = 6;

/**
 * Whether a request failed before anything of it was sent: then no region can have carried it out. Libraries wrap what the
 * system said, each in its own way, so that all layers are looked at.
 */
export function isUnsent(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > DEPTH_MAX) return false;
  if ('code' in error && typeof error.code === 'string' && UNSENT.has(error.code)) return true;
  const inner = [
    'cause' in error ? error.cause : undefined,
    'underlyingError' in error ? error.underlyingError : undefined,
  ];
  return inner.some((each) => isUnsent(each, depth + 1));
}
