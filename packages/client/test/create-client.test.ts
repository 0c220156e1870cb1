import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isInvalidOutputsError } from '../src/client-error.ts';
import { createClient as overFetch } from '../src/fetch.ts';
import { createClient as overAmplify } from '../src/index.ts';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Real servers on a busy machine may be slow, and a slow answer is not what is tried here. */
const patient = { timeoutMs: 60_000, attemptTimeoutMs: 30_000 };

/** Starts a region that answers every request with what it was asked. */
async function startRegion(region: string): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { method, url, headers } = request;
    response.writeHead(200, { 'content-type': 'application/json', 'x-region': region, etag: '"1"' });
    response.end(JSON.stringify({ asked: { method, url, body, key: headers['idempotency-key'] ?? null } }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address at which nobody listens any more. */
async function deadEndpoint(): Promise<string> {
  const endpoint = await startRegion('gone');
  const server = servers.pop();
  await new Promise((resolve) => server?.close(resolve));
  return endpoint;
}

function outputsOf(endpoints: Readonly<Record<string, string>>, global?: string) {
  const apis = Object.entries(endpoints).map(([region, endpoint]) => [`api-${region}`, { endpoint }]);
  return {
    custom: {
      API: Object.fromEntries(
        global === undefined ? apis : [...apis, ['gsp-main-global', { endpoint: global }]],
      ),
      platform: {
        project: 'gsp',
        stage: 'main',
        regions: Object.fromEntries(
          Object.keys(endpoints).map((region) => [region, { apiName: `api-${region}` }]),
        ),
      },
    },
  };
}

describe.each([
  ['aws-amplify', overAmplify],
  ['fetch', overFetch],
])('createClient() over %s', (_, createClient) => {
  it('asks the first region of the outputs, and answers with what came', async () => {
    const outputs = outputsOf({
      'eu-west-1': await startRegion('eu-west-1'),
      'eu-central-1': await deadEndpoint(),
    });
    const client = createClient({ outputs, ...patient });
    const put = { pk: 'a/b', sk: 'ü ?', data: { n: 1 } };
    const { answer, ...rest } = await client.putItem(put, { idempotencyKey: 'k' });
    expect(answer).toMatchObject({ region: 'eu-west-1', attempts: 1, etag: '"1"', replayed: false });
    expect(rest).toEqual({
      asked: { method: 'PUT', url: '/items/a~2Fb/~C3~BC~20~3F', body: '{"data":{"n":1}}', key: 'k' },
    });
    client.close();
  });

  it('goes to the second when nobody listens at the first, with the same key', async () => {
    const outputs = outputsOf({
      'eu-west-1': await deadEndpoint(),
      'eu-central-1': await startRegion('eu-central-1'),
    });
    const client = createClient({ outputs, ...patient });
    const { answer, ...rest } = await client.writeItem({ data: 1 }, { idempotencyKey: 'k' });
    expect(answer).toMatchObject({ region: 'eu-central-1', attempts: 2 });
    expect(rest).toMatchObject({ asked: { key: 'k', body: '{"data":1}' } });
    client.close();
  });

  it('asks the global name alone when told so, and says which region answered', async () => {
    const dead = await deadEndpoint();
    const outputs = outputsOf({ 'eu-west-1': dead, 'eu-central-1': dead }, await startRegion('eu-central-1'));
    const client = createClient({ outputs, endpoint: 'global', ...patient });
    expect((await client.getCounter({ id: 'v' })).answer).toMatchObject({
      region: 'eu-central-1',
      attempts: 1,
    });
    expect(client.regions()).toHaveLength(1);
    client.close();
  });

  it('asks the edge alone where it is the only way in, and refuses to go round it', async () => {
    const dead = await deadEndpoint();
    const { custom } = outputsOf({ 'eu-west-1': dead }, await startRegion('eu-central-1'));
    const platform = { ...custom.platform, domain: { edgeName: 'edge.api.example.com', edgeOnly: true } };
    const outputs = { custom: { ...custom, platform } };
    const client = createClient({ outputs, ...patient });
    const { answer } = await client.writeItem({ data: 1 });
    expect(answer).toMatchObject({ region: 'eu-central-1', attempts: 1 });
    expect(client.regions()).toMatchObject([{ region: 'global' }]);
    client.close();
    const attempt = () => createClient({ outputs, endpoint: 'regional' });
    expect(attempt).toThrow('custom.platform.domain.edgeOnly is true');
  });

  it('refuses outputs without what it needs', () => {
    const attempt = () => createClient({ outputs: { version: '1.4' } });
    expect(attempt).toThrow(/Cannot find the regions: /);
    try {
      attempt();
    } catch (error) {
      expect(isInvalidOutputsError(error)).toBe(true);
    }
    expect.hasAssertions();
  });
});
