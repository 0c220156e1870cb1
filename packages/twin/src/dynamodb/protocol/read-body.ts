import type { IncomingMessage } from 'node:http';

/** A request's body is longer than allowed. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/**
 * Reads a request's body as text.
 *
 * @throws {BodyTooLargeError} as soon as it is known to be longer than `bytesMax`; the rest is not kept
 * @throws {Error} when the client goes away in the middle
 */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytesMax) {
        request.removeAllListeners('data');
        request.resume();
        reject(new BodyTooLargeError(`Cannot read the request: it is longer than ${bytesMax} bytes`));
        return;
      }
      chunks.push(chunk);
    });
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.once('error', reject);
    request.once('aborted', () => reject(new Error('Cannot read the request: the client went away')));
  });
}
