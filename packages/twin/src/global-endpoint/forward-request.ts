import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import type { Dispatcher } from 'undici';
import { HOP_HEADERS } from '../http-api/http-request.ts';
import type { CachingResolver } from './caching-resolver.ts';
import type { ConnectionPool } from './connection-pool.ts';
import { AnswerTimeoutError, answerProblem, type PassingEdge } from './gateway-problem.ts';

/** What forwarding needs. */
export interface ForwardOptions {
  /** The name that is resolved for every request, whatever its Host says. */
  readonly name: string;
  readonly resolver: CachingResolver;
  readonly pool: ConnectionPool;
  /** Milliseconds until an answer must begin, from the request's arrival on. */
  readonly timeoutMs: number;
  /** What stands in front of the name and changes what passes. @default - nothing does, and nothing is changed */
  readonly edge?: PassingEdge;
  /** The request's body where part of it was read already. @default - as it comes */
  readonly body?: PassThrough;
}

/**
 * Sends a request on to the address that the name has now, and its answer back, both as they come.
 *
 * Without an edge the Host is the client's own: a signature covers it, and the region serves its addresses as well as the
 * name. Nothing is added then (no Forwarded, no Via), as this stands for the network stack of the client itself. Nothing
 * is tried twice, as a browser repeats no request that may have been carried out.
 *
 * An answer that breaks off ends the client's connection, so that it does not look whole. One with neither a length nor
 * chunks cannot be told from a whole one by anybody (RFC 9112, 8); HTTP APIs give none.
 */
export async function forwardRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: ForwardOptions,
): Promise<void> {
  const { name, resolver, pool, timeoutMs, edge } = options;
  const ended = new AbortController();
  const timer = setTimeout(
    () => ended.abort(new AnswerTimeoutError(`no answer within ${timeoutMs} ms`)),
    timeoutMs,
  );
  outgoing.once('close', () => {
    clearTimeout(timer);
    if (!outgoing.writableFinished) ended.abort(new Error('the client closed the connection'));
  });
  const body = options.body ?? bodyOf(incoming);
  let address: string | undefined;
  try {
    ({ address } = await resolver.resolve(name));
    ended.signal.throwIfAborted();
    const request = requestOf(incoming, { name, body, edge, signal: ended.signal });
    await pool.to(address).stream(request, ({ statusCode, headers }) => {
      clearTimeout(timer);
      outgoing.sendDate = false;
      // Asked for raw, headers are a list of names and values; the types know the parsed form only.
      const received = endToEndHeaders(Array.isArray(headers) ? headers : []);
      outgoing.writeHead(statusCode, edge?.viewerHeaders(statusCode, received) ?? received);
      return outgoing;
    });
  } catch (error) {
    clearTimeout(timer);
    // Of an answer that has begun only its end can tell that it broke off.
    if (outgoing.headersSent || outgoing.destroyed) outgoing.destroy();
    else answerProblem(outgoing, error, { act: `forward ${incoming.method} to ${name}`, address, edge });
  } finally {
    // What nobody took of the body is read and dropped: a client that still sends reads no answer until it is done.
    incoming.unpipe().resume();
  }
}

/**
 * The body on its way, apart from the request it came in: where it goes no further it is destroyed, and the client's
 * connection must live on to carry the answer.
 */
function bodyOf(incoming: IncomingMessage): PassThrough | null {
  const { headers } = incoming;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return hasBody ? incoming.pipe(new PassThrough()) : null;
}

function requestOf(
  incoming: IncomingMessage,
  {
    name,
    body,
    edge,
    signal,
  }: Pick<ForwardOptions, 'name'> & {
    readonly edge: PassingEdge | undefined;
    readonly body: PassThrough | null;
    readonly signal: AbortSignal;
  },
): Dispatcher.RequestOptions & { responseHeaders: 'raw' } {
  const { headers, method = 'GET', url = '/' } = incoming;
  const sent = endToEndHeaders(incoming.rawHeaders);
  if (headers.host === undefined) sent.push('host', name);
  return {
    method: method as Dispatcher.HttpMethod,
    path: `${edge?.pathPrefix ?? ''}${url}`,
    headers: edge?.originHeaders(sent) ?? sent,
    body,
    signal,
    responseHeaders: 'raw',
  };
}

/**
 * Of headers as they came, names and values in turn, those that go on: without those of one hop and those that
 * `Connection` names. Order, case and repetitions stay, so that a signature over them holds.
 */
export function endToEndHeaders(rawHeaders: readonly string[]): string[] {
  const named = new Set(
    pairsOf(rawHeaders)
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, value]) => value.split(',').map((option) => option.trim().toLowerCase())),
  );
  return pairsOf(rawHeaders)
    .filter(([name]) => !HOP_HEADERS.has(name.toLowerCase()) && !named.has(name.toLowerCase()))
    .flat();
}

function pairsOf(rawHeaders: readonly string[]): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  return pairs;
}
