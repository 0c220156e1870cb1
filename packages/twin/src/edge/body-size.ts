import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';

/** A body, and how long it is at least. */
export interface MeasuredBody {
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
export async function measureBody(incoming: IncomingMessage, inspectedBytes: number): Promise<MeasuredBody> {
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
