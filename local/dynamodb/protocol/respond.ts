import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';

/**
 * Answers in the DynamoDB JSON protocol: with the checksum that SDKs verify, and a request id of 52 characters
 * as AWS's have.
 */
export function respond(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body), 'utf8');
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': bytes.length,
    'x-amz-crc32': String(crc32(bytes)),
    'x-amzn-requestid': requestId(),
  });
  response.end(bytes);
}

function requestId(): string {
  return `${randomUUID()}${randomUUID()}`.replaceAll('-', '').slice(0, 52).toUpperCase();
}
