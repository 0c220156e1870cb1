import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError } from '@gsp/cli-kit';
import { freePort } from '@gsp/twin';
import { request } from 'undici';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findTwin } from '../../build/find-twin.ts';
import { startDevServer } from '../../build/start-dev-server.ts';
import { twinRegion, twinState } from '../twin-state-fixture.ts';
import { writeFiles, writePage } from './console-fixture.ts';

const ROOT_DIR = fileURLToPath(new URL('../../../../', import.meta.url));

/** A control API, and one region's API, that say what they were asked; closed with the test. */
async function listenAsTwin({ allowedOrigin = '' } = {}) {
  const asked: IncomingMessage[] = [];
  const server = createServer((incoming, response) => {
    asked.push(incoming);
    if (allowedOrigin !== '') response.setHeader('access-control-allow-origin', allowedOrigin);
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      response.setHeader('content-type', 'application/json');
      const state = twinState({ regions: [twinRegion('eu-west-1', { api: origin })] });
      response.end(JSON.stringify({ ...state, body: Buffer.concat(chunks).toString() }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, asked };
}

async function serveDev(twin: string) {
  const { root } = await writePage();
  const server = await startDevServer({ port: await freePort(), twin, root, logLevel: 'silent' });
  onTestFinished(() => server.close());
  return { ...server, root };
}

describe('startDevServer()', () => {
  test('serves the source, and hands on to the twin what is the twin’s, as its own page', async () => {
    const twin = await listenAsTwin();
    const { url } = await serveDev(twin.origin);
    expect(await (await fetch(`${url}/shared.ts`)).text()).toContain('shared');
    expect(await (await fetch(url)).text()).toContain('/@vite/client');

    const body = '{"region":"eu-west-1","kind":"stop"}';
    const posted = await fetch(`${url}/_twin/faults?x=y`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url, 'sec-fetch-site': 'same-origin' },
      body,
    });
    expect(await posted.json()).toMatchObject({ body });
    expect(twin.asked[0]).toMatchObject({
      method: 'POST',
      url: '/_twin/faults?x=y',
      headers: {
        host: twin.origin.slice('http://'.length),
        origin: twin.origin,
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/json',
      },
    });
    for (const path of ['/_twin/operator', '/_twin/state', '/amplify_outputs.json'])
      expect((await fetch(url + path)).status, path).toBe(200);
    expect(twin.asked.slice(1).map(({ headers }) => headers.origin)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('leaves the twin to see whose page it is when it is not ours', async () => {
    const twin = await listenAsTwin();
    const { url } = await serveDev(twin.origin);
    const foreign = { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' };
    const answer = await fetch(`${url}/_twin/operator`, { headers: foreign });
    expect(twin.asked[0]?.headers).toMatchObject(foreign);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('says that there is no twin, and works once there is one', async () => {
    const port = await freePort();
    const { url } = await serveDev(`http://127.0.0.1:${port}`);
    const answer = await fetch(`${url}/_twin/state`);
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('Start it with npm start') });
    const late = createServer((_, response) => void response.end('{}'));
    await new Promise<void>((resolve) => late.listen(port, '127.0.0.1', resolve));
    onTestFinished(() => new Promise((resolve) => late.close(() => resolve())));
    expect((await fetch(`${url}/_twin/state`)).status).toBe(200);
  });

  test('serves neither rebound hosts nor files beside the source', async () => {
    const twin = await listenAsTwin();
    const { url } = await serveDev(twin.origin);
    const secrets = await writeFiles({ 'credentials.json': '{"secretAccessKey":"s3cret"}' });
    for (const file of [join(ROOT_DIR, 'package.json'), join(secrets, 'credentials.json')]) {
      for (const suffix of ['', '?raw', '?import&raw', '?url']) {
        const answer = await fetch(`${url}/@fs${file}${suffix}`);
        expect(answer.status, file + suffix).toBe(403);
        expect(await answer.text()).not.toMatch(/s3cret|"dependencies"/);
      }
    }
    const rebound = await request(`${url}/_twin/operator`, { headers: { host: 'rebound.example' } });
    expect(rebound.statusCode).toBe(403);
    await rebound.body.dump();
    expect(twin.asked).toEqual([]);
  });

  test('fails with the remedy when its port is taken', async () => {
    const twin = await listenAsTwin();
    const { url, root } = await serveDev(twin.origin);
    const port = Number(new URL(url).port);
    const error = await startDevServer({ port, twin: twin.origin, root, logLevel: 'silent' }).catch(
      (cause: unknown) => cause,
    );
    expect(error).toBeInstanceOf(CommandError);
    expect(String(error)).toContain(`port ${port} of localhost is in use`);
    expect(String(error)).toContain('--port N');
  });
});

describe('findTwin()', () => {
  test('tells a twin that is ready from one that refuses the page, and from none', async () => {
    const page = 'http://localhost:5199';
    const ready = await listenAsTwin({ allowedOrigin: page });
    const refusing = await listenAsTwin({ allowedOrigin: 'http://localhost:4000' });
    expect(await findTwin(ready.origin, page)).toBe('ready');
    expect(ready.asked[1]).toMatchObject({ method: 'OPTIONS', url: '/health', headers: { origin: page } });
    expect(await findTwin(refusing.origin, page)).toBe('refuses-origin');
    expect(await findTwin(`http://127.0.0.1:${await freePort()}`, page)).toBe('absent');
  });
});
