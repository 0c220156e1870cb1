import type { IncomingMessage } from 'node:http';

const EMPTY = Buffer.alloc(0);

/** Thrown for a body that is too long, as soon as that is known. The rest of it is read and dropped. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** Thrown when the client goes away before its request is complete. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}

/**
 * Reads a request's body whole. The time it may take is bounded by the server's `requestTimeout`.
 *
 * @throws {BodyTooLargeError} when it is longer than `bytesMax`
 * @throws {ClientGoneError}
 */
export async function readBody(incoming: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const tooLarge = () =>
    new BodyTooLargeError(`Cannot read the request: it is longer than ${bytesMax} bytes`);
  const announced = Number(incoming.headers['content-length'] ?? 0);
  if (announced > bytesMax) throw tooLarge();
  if (announced === 0 && incoming.headers['transfer-encoding'] === undefined) return EMPTY;
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bytesMax) {
        chunks.push(chunk);
      } else {
        chunks.length = 0;
        reject(tooLarge());
      }
    });
    incoming.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    incoming.once('error', (error) => reject(new ClientGoneError(error.message, { cause: error })));
    incoming.once('close', () => reject(new ClientGoneError('The client closed the connection')));
  });
}
