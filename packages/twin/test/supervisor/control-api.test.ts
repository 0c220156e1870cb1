import { describe, expect, onTestFinished, test } from 'vitest';
import { type ControlApiOptions, startControlApi } from '../../src/supervisor/control-api.ts';
import { TwinError } from '../../src/twin-error.ts';
import { sendRaw } from '../http-api/http-api-fixture.ts';
import { FILES, SECRET, writeSite } from './site/site-fixture.ts';
import { startTwin, writeAssemblies } from './twin-fixture.ts';

/** What a browser and a stranger can ask of the control port, byte by byte. A twin takes a while, so each asks much. */
async function serveControl(options: ControlApiOptions = {}) {
  const { twin } = await startTwin(writeAssemblies());
  const api = await startControlApi(twin, options);
  onTestFinished(() => api.close());
  const port = twin.plan.controlPort;
  /** Sends a request as it is spelled: no client in between that would tidy it up. */
  const send = async (
    target: string,
    { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
  ) => {
    const head = Object.entries({ host: `127.0.0.1:${port}`, ...headers, connection: 'close' });
    const lines = head.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const answer = await sendRaw(port, `${method} ${target} HTTP/1.1\r\n${lines}\r\n`);
    const [top = '', body = ''] = answer.split(/\r\n\r\n(.*)/s);
    return { status: Number(top.split(' ')[1]), head: top.toLowerCase(), body };
  };
  return { twin, api, port, send };
}

/** Every way that is known out of a folder, and some that only look like one. */
const HOSTILE = [
  '/../private/secret.txt',
  '/assets/../../private/secret.txt',
  '/%2e%2e/private/secret.txt',
  '/..%2fprivate%2fsecret.txt',
  '/%252e%252e%252fprivate%252fsecret.txt',
  '/..%5cprivate%5csecret.txt',
  '/....//private/secret.txt',
  '//private/secret.txt',
  '/./index.html',
  '/link.txt',
  '/folder/secret.txt',
  '/assets/up/private/secret.txt',
  '/index.html%00.txt',
  '/%00',
  '/index.html/',
  '/assets',
  '/assets/',
  '/etc/passwd',
  '/__proto__',
  '/constructor',
  'http://127.0.0.1/../private/secret.txt',
];

describe('startControlApi()', () => {
  test('says whether the twin is as it was told to be, and what is not', async () => {
    const { twin, api } = await serveControl();
    const health = async () => {
      const response = await fetch(`${api.url}/_twin/health`);
      return { status: response.status, body: await response.json() };
    };
    expect(await health()).toEqual({ status: 200, body: { ok: true } });
    const { pids } = (await twin.state()).regions[0] ?? {};
    if (typeof pids?.region !== 'number') throw new Error('the region does not run');
    process.kill(pids.region, 'SIGKILL');
    await expect.poll(() => twin.unit('eu-west-1')?.status, { timeout: 20_000 }).toBe('down');
    expect(await health()).toMatchObject({
      status: 503,
      body: { title: 'Service Unavailable', detail: 'eu-west-1 is down: its process ended (SIGKILL).' },
    });
    // What was asked for is no error.
    await twin.unit('eu-west-1')?.kill();
    expect(await health()).toMatchObject({ status: 200 });
  });

  test('serves the console beside the control API, and nothing that is not in its folder', async () => {
    const outputs = '{"version":"1.4"}\n';
    const served = await serveControl({ consoleDir: writeSite(), outputs: () => outputs });
    const { api, port, twin, send } = served;
    expect(api).toMatchObject({ url: `http://127.0.0.1:${port}`, console: `http://127.0.0.1:${port}` });

    const page = await send('/', { headers: { host: `localhost:${port}` } });
    expect(page).toMatchObject({ status: 200, body: FILES['index.html'] });
    const endpoints = [...twin.plan.regions.map(({ apiPort }) => apiPort), twin.plan.globalPort];
    const connect = endpoints.map((endpoint) => ` http://127.0.0.1:${endpoint}`).join('');
    expect(page.head).toContain(`connect-src 'self'${connect};`);
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "frame-ancestors 'none'",
    ])
      expect(page.head).toContain(rule);
    expect(page.head).toContain('x-content-type-options: nosniff');
    expect(page.head).toContain('referrer-policy: no-referrer');
    expect(page.head).not.toContain('access-control-');
    // A page is opened by a link from anywhere; only what is asked of the control API must be the page's own wish.
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await send('/', { headers: link })).status).toBe(200);

    expect(await send('/amplify_outputs.json')).toMatchObject({
      status: 200,
      body: expect.stringContaining('"1.4"'),
    });
    expect((await send('/amplify_outputs.json')).head).toContain('cache-control: no-store');
    expect((await send('/_twin/nothing')).status).toBe(404);
    expect((await send('/', { method: 'DELETE' })).status).toBe(405);
    expect((await send('/', { headers: { host: `rebound.example:${port}` } })).status).toBe(403);

    for (const target of HOSTILE) {
      const { status, body } = await send(target);
      expect([400, 404], target).toContain(status);
      expect(body, target).not.toContain(SECRET);
      expect(body, target).not.toContain('<!doctype');
    }
    expect((await send('/', { headers: { 'x-long': 'x'.repeat(20_000) } })).status).toBe(431);
    expect((await send('/')).status, 'it is still there').toBe(200);
  });

  test('answers its own page and programs only, whatever is asked of it', async () => {
    const { port, twin, send } = await serveControl({ outputs: () => '{}' });
    const own = `http://localhost:${port}`;
    const host = `localhost:${port}`;
    const asProgram: Record<string, string>[] = [{}, { 'sec-fetch-site': 'none' }];
    const asConsole: Record<string, string>[] = [
      { 'sec-fetch-site': 'same-origin' },
      { origin: own, host, 'sec-fetch-site': 'same-origin' },
      { origin: `http://127.0.0.1:${port}` },
      // What a browser may send for the same name in capitals.
      { origin: own.toUpperCase().replace('HTTP', 'http'), host: `LOCALHOST:${port}` },
    ];
    const refused = [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: `https://localhost:${port}` },
      { origin: `http://localhost:${port + 1}` },
      { origin: `${own}.evil.example` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: own, host, 'sec-fetch-site': 'cross-site' },
      // The console by its other name is another origin, to a browser and here.
      { origin: own },
      { host: 'rebound.example', origin: own },
      { host: '' },
    ];
    const paths = ['/_twin/operator', '/_twin/state', '/amplify_outputs.json'];
    for (const path of paths) {
      for (const headers of [...asProgram, ...asConsole]) {
        const { status, head } = await send(path, { headers });
        const isKey = path === '/_twin/operator' && !asConsole.includes(headers);
        expect(status, `${path} ${JSON.stringify(headers)}`).toBe(isKey ? 403 : 200);
        expect(head).toContain('cache-control: no-store');
        expect(head).not.toContain('access-control-');
      }
      for (const headers of refused) {
        const { status, head, body } = await send(path, { headers });
        expect(status, `${path} ${JSON.stringify(headers)}`).toBe(403);
        expect(head).toContain('content-type: application/problem+json');
        expect(head).not.toContain('access-control-');
        expect(body).not.toContain(twin.operatorAccessKey().secretAccessKey);
      }
    }
    const key = await send('/_twin/operator', { headers: { 'sec-fetch-site': 'same-origin' } });
    expect(JSON.parse(jsonOf(key.body))).toEqual(twin.operatorAccessKey());
    expect((await send('/_twin/operator')).body, 'what a program does instead').toContain('credentialsFile');
    const posted = await send('/_twin/faults', {
      method: 'POST',
      headers: { origin: 'http://evil.example' },
    });
    expect(posted.status).toBe(403);
    expect((await send('/_twin/operator', { method: 'POST' })).head).toContain('allow: get, head');
  });

  test('serves no page, no outputs and no console when it was handed none, and refuses a folder without a page', async () => {
    const { api, send, twin } = await serveControl();
    expect(api.console).toBeUndefined();
    const { status, body } = await send('/');
    expect(status).toBe(404);
    expect(body).toContain('the console is not served');
    expect((await send('/amplify_outputs.json')).status).toBe(404);
    expect((await send('/%')).status).toBe(400);
    expect((await send('//')).status).toBe(404);
    await expect(startControlApi(twin, { consoleDir: '/nowhere' })).rejects.toThrow(TwinError);
  });
});

/** The JSON in a body that may be sent in chunks. */
function jsonOf(body: string): string {
  return body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1);
}
