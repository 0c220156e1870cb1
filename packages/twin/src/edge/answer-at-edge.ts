import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ForwardOptions, forwardRequest } from '../global-endpoint/forward-request.ts';
import { measureBody } from './body-size.ts';
import { type Edge, type EdgeExchange, sourceIpOf } from './edge.ts';
import type { BlockAction } from './web-acl-definition.ts';

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
