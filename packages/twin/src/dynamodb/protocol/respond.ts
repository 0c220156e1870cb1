import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';

/**
 * Answers in the DynamoDB JSON protocol: with the checksum that SDKs verify, and a request id of 52 characters
 * as AWS's have.
 */
export function respond(response: ServerResponse, status: number, body: unknown): void {
  // As a text, which Node sends together with the head in one write.
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
    'x-amz-crc32': String(crc32(text)),
    'x-amzn-requestid': requestId(),
  });
  response.end(text);
}

function requestId(): string {
  return `${randomUUID()}${randomUUID()}`.replaceAll('-', '').slice(0, 52).toUpperCase();
}
