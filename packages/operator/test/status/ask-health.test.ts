import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { askHealth, askLiveRevision } from '../../src/status/ask-health.ts';

async function served(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('askHealth() and askLiveRevision() take a redirect for what it is, and nobody else’s word', async () => {
  let isAsked = false;
  const elsewhere = await served((_request, response) => {
    isAsked = true;
    response.end(JSON.stringify({ ok: true, region: 'eu-west-1', revision: 'a'.repeat(40) }));
  });
  const endpoint = await served(({ url }, response) => {
    response.writeHead(307, { location: `${elsewhere}${url}` }).end();
  });
  expect(await askHealth(endpoint)).toMatchObject({ isHealthy: false, httpStatus: 307, answeredBy: null });
  expect(await askLiveRevision(endpoint)).toBeNull();
  expect(isAsked).toBe(false);
});
