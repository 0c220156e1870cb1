import type { IncomingMessage } from 'node:http';

/** Largest request body, in bytes. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const BODY_LIMIT_BYTES = 10_485_760;

const EMPTY = Buffer.alloc(0);

/** Thrown for a body over 10 MB, as soon as that is known. The rest of it is read and dropped. */
export class BodyTooLargeError extends Error {
  override name = 'BodyTooLargeError';
}

/** Thrown when the client goes away before its request is complete. */
export class ClientGoneError extends Error {
  override name = 'ClientGoneError';
}

/**
 * Reads a request body whole. The time it may take is bounded by the server's `requestTimeout`.
 *
 * @throws {BodyTooLargeError}
 * @throws {ClientGoneError}
 */
export async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const announced = Number(incoming.headers['content-length'] ?? 0);
  if (announced > BODY_LIMIT_BYTES) throw new BodyTooLargeError();
  if (announced === 0 && incoming.headers['transfer-encoding'] === undefined) return EMPTY;
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= BODY_LIMIT_BYTES) {
        chunks.push(chunk);
      } else {
        chunks.length = 0;
        reject(new BodyTooLargeError());
      }
    });
    incoming.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    incoming.once('error', (error) => reject(new ClientGoneError(error.message, { cause: error })));
    incoming.once('close', () => reject(new ClientGoneError('The client closed the connection')));
  });
}
