/**
 * What clients are measured against: answers every request at once with an item, as a region does, from a process of its
 * own. Prints its port, and ends with its parent.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const BODY = JSON.stringify({
  item: {
    pk: 'bench',
    sk: '0199d5d2-9c1e-7000-8000-000000000000',
    createdAt: '2026-11-22T12:00:00.000Z',
    updatedAt: '2026-11-22T12:00:00.000Z',
    ttl: 1_795_000_000,
    region: 'eu-west-1',
    version: { 'eu-west-1': 137_438_953_472 },
    data: { hello: 'world' },
  },
});

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(BODY),
    'x-region': 'eu-west-1',
    'x-correlation-id': 'bench',
    etag: '"eu-west-1=137438953472"',
  });
  response.end(BODY);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.once('disconnect', () => process.exit(0));
