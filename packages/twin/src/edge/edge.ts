import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import type { EdgeReport } from '../control/twin-state.ts';
import { type ForwardOptions, forwardRequest } from '../global-endpoint/forward-request.ts';
import type { DistributionDefinition, HeaderDefinition } from './distribution-definition.ts';
import { originRequestHeaders, viewerResponseHeaders } from './edge-headers.ts';
import { createWebAcl, type WebAcl } from './web-acl.ts';
import type { BlockAction } from './web-acl-definition.ts';

/** What an edge is run with. */
export interface EdgeOptions {
  /** Gives a header's value with every secret in its place; asked once, as CloudFormation does when it deploys. */
  readonly resolveSecrets: (text: string) => string;
  /** Milliseconds that never step back. @default - the monotonic clock */
  readonly clock?: () => number;
}

/** One request on its way through the edge. */
export interface EdgeExchange {
  /** @param sent end-to-end headers of the viewer */
  originHeaders(sent: readonly string[]): string[];
  /** @param received end-to-end headers of the origin, or those of an answer that the edge gives itself */
  viewerHeaders(status: number, received: readonly string[]): string[];
}

/** A CloudFront distribution that runs. */
export interface Edge {
  readonly definition: DistributionDefinition;
  readonly webAcl: WebAcl | undefined;
  /** Begins with a request. */
  exchange(incoming: IncomingMessage): EdgeExchange;
  report(): EdgeReport;
}

/**
 * Runs a distribution. Its origin headers get their secrets now and keep them: on AWS too a new value reaches CloudFront
 * with the next deployment that changes the distribution, and no sooner.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 *
 * @throws whatever `resolveSecrets` does for a secret that does not exist
 */
export function createEdge(definition: DistributionDefinition, options: EdgeOptions): Edge {
  const { resolveSecrets, clock = () => performance.now() } = options;
  const { originName, domainName, responseHeaders } = definition;
  const webAcl = definition.webAcl && createWebAcl(definition.webAcl, clock);
  const originHeaders: HeaderDefinition[] = definition.originHeaders.map(({ name, value }) => ({
    name,
    value: resolveSecrets(value),
  }));
  let requests = 0;
  return {
    definition,
    webAcl,
    exchange(incoming) {
      requests += 1;
      const { httpVersion } = incoming;
      const facts = { originName, originHeaders, domainName, httpVersion, requestId: randomUUID() };
      const viewerIp = sourceIpOf(incoming);
      return {
        originHeaders: (sent) => originRequestHeaders(sent, { ...facts, viewerIp }),
        viewerHeaders: (status, received) =>
          viewerResponseHeaders(received, { ...facts, responseHeaders, status }),
      };
    },
    report: () => ({
      distributionId: definition.id,
      names: definition.aliases,
      origin: originName,
      originHeaders: originHeaders.map(({ name }) => name),
      requests,
      webAcl: webAcl === undefined ? null : { name: webAcl.name, rules: webAcl.report() },
    }),
  };
}

/** The viewer's address, IPv4 as such where the socket shows it as IPv6. */
function sourceIpOf({ socket }: IncomingMessage): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** What answering needs. */
export interface AnswerAtEdgeOptions {
  readonly edge: Edge;
  readonly forward: Omit<ForwardOptions, 'name' | 'edge' | 'body'>;
}

/**
 * Answers a request as CloudFront would: the web ACL first, then what CloudFront itself refuses, then the origin.
 *
 * Where the origin gives no answer, the problem is the global endpoint's, not CloudFront's page: it says what a person who
 * tries failover wants to know.
 */
export async function answerAtEdge(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { edge, forward }: AnswerAtEdgeOptions,
): Promise<void> {
  const { definition, webAcl } = edge;
  const exchange = edge.exchange(incoming);
  try {
    const { bytes, body } = await measureBody(incoming, definition.webAcl?.bodyBytesInspected ?? 0);
    const refusal =
      webAcl?.judge({ sourceIp: sourceIpOf(incoming), bodyBytes: bytes }) ??
      ownRefusal(incoming, { edge, bytes });
    if (refusal !== undefined) return refuse(incoming, outgoing, { refusal, exchange });
    await forwardRequest(incoming, outgoing, {
      ...forward,
      name: definition.originName,
      edge: { ...exchange, pathPrefix: definition.originPath },
      ...(body !== undefined && { body }),
    });
  } catch {
    // The client has gone away in the middle of its body.
    outgoing.destroy();
  }
}

/**
 * What CloudFront takes from no viewer: a method that its behavior does not allow, and a GET with a body.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
 */
function ownRefusal(
  { method = 'GET' }: IncomingMessage,
  { edge, bytes }: { edge: Edge; bytes: number },
): BlockAction | undefined {
  const isAllowed = edge.definition.allowedMethods.includes(method);
  if (isAllowed && (method !== 'GET' || bytes === 0)) return undefined;
  const reason = isAllowed ? 'a GET request with a body' : `the method ${method}`;
  const body = `<!doctype html><title>403</title><p>The edge does not take ${reason}.</p>\n`;
  return { kind: 'block', status: 403, headers: ['content-type', 'text/html'], body };
}

function refuse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { refusal, exchange }: { refusal: BlockAction; exchange: EdgeExchange },
): void {
  const { status, headers, body } = refusal;
  const received = [...headers, 'content-length', String(Buffer.byteLength(body))];
  outgoing.writeHead(status, exchange.viewerHeaders(status, received));
  outgoing.end(body);
  // What the client still sends is read and dropped: it reads no answer until it is done.
  incoming.unpipe().resume();
}

/** A body, and how long it is at least. */
interface MeasuredBody {
  /** Exact up to the bytes that were to be inspected; of a longer body anything above. */
  readonly bytes: number;
  /** The whole body, where it had to be read to be measured. @default - it is still to be read from the request */
  readonly body?: PassThrough;
}

/**
 * How long a request's body is: as its head says, or else by reading it until that is known.
 *
 * @param inspectedBytes - more than these are never held back
 * @throws {Error} when the client goes away before
 */
async function measureBody(incoming: IncomingMessage, inspectedBytes: number): Promise<MeasuredBody> {
  const { headers } = incoming;
  if (headers['transfer-encoding'] === undefined) return { bytes: Number(headers['content-length'] ?? 0) };
  // With room for one byte more than is inspected nothing waits for room before the size is known.
  const body = new PassThrough({ highWaterMark: inspectedBytes + 1 });
  incoming.pipe(body);
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > inspectedBytes) resolve();
    });
    incoming.once('end', resolve);
    incoming.once('close', () => reject(new Error('the client closed the connection')));
  });
  return { bytes, body };
}
