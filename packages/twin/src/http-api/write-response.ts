import type { ServerResponse } from 'node:http';
import type { GatewayResponse } from './gateway-response.ts';

/**
 * Writes an answer whole, and gives the length of its body in bytes. What the client still sends of its request is
 * read and dropped by Node.js, so that the connection can be used again and the client gets to see the answer.
 */
export function writeResponse(
  outgoing: ServerResponse,
  response: GatewayResponse,
  requestId: string,
): number {
  const { status, headers, cookies, body } = response;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  const bodyless = status === 204 || status === 304;
  outgoing.writeHead(status, {
    ...headers,
    ...(cookies.length > 0 && { 'set-cookie': [...cookies] }),
    ...(!bodyless && { 'content-length': length }),
    'apigw-requestid': requestId,
  });
  outgoing.end(bodyless ? undefined : body);
  return bodyless ? 0 : length;
}
