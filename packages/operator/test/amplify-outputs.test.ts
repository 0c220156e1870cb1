import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Amplify } from 'aws-amplify';
import { get } from 'aws-amplify/api';
import { parseAmplifyConfig } from 'aws-amplify/utils';
import { afterAll, beforeAll, expect, test } from 'vitest';
import outputs from '../../../amplify_outputs.json' with { type: 'json' };
import { loadProject } from '../src/project.ts';
import { renderTwinOutputs } from '../src/start/twin-outputs.ts';

/** The committed outputs are what the definition puts out, and what `aws-amplify` takes for its REST API. */
let server: Server;
const requests: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.setHeader('content-type', 'application/json').end('{"ok":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

test('amplify_outputs.json is what the definition puts out', async () => {
  expect(JSON.parse(await renderTwinOutputs(await loadProject(), 'main'))).toEqual(outputs);
});

test('aws-amplify reaches every region by the API names of the outputs', async () => {
  const { port } = server.address() as AddressInfo;
  const apis = Object.entries(outputs.custom.API).map(([name, api]) => [
    name,
    { ...api, endpoint: `http://127.0.0.1:${port}/${api.region}` },
  ]);
  Amplify.configure({ ...parseAmplifyConfig(outputs), API: { REST: Object.fromEntries(apis) } });

  const regions = Object.entries(outputs.custom.platform.regions);
  for (const [, { apiName }] of regions) {
    const { response } = get({ apiName, path: '/health' });
    expect(await (await response).body.json()).toEqual({ ok: true });
  }
  expect(requests).toEqual(regions.map(([region]) => `GET /${region}/health`));
});
