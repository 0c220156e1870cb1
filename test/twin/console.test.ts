import { sendSignedRequest } from '@gsp/client/operator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { startTwinProcess, type TwinProcess } from './support/twin-process.ts';

/** The console that `npm start` serves, as a browser gets it: page, outputs, operator's key, and the regions' CORS. */
const OTHER_ORIGIN = 'http://localhost:3999';
let twin: TwinProcess;

beforeAll(async () => {
  twin = await startTwinProcess({
    hasConsole: true,
    args: ['--no-watch', '--lag', '0', '--allow-origin', OTHER_ORIGIN],
  });
}, 120_000);
afterAll(() => twin?.end());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${twin.ready.console}${path}`, { headers, signal: AbortSignal.timeout(10_000) });

describe('the console of npm start', () => {
  test('is where ready file and banner say, with every file that its page names', async () => {
    const { control, console } = twin.ready;
    expect(console, twin.output()).toBe(control);
    // The ready file comes first, the banner right after it.
    const banner = () => /Open http:\S+/.exec(twin.output())?.[0];
    await eventually(() => banner() !== undefined, { what: () => `the banner, after:\n${twin.output()}` });
    expect(banner()).toBe(`Open http://localhost:${new URL(control).port}`);

    const page = await get('/');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const policy = page.headers.get('content-security-policy');
    for (const { api } of twin.ready.regions) expect(policy).toContain(` ${api}`);
    expect(policy).toContain(` ${twin.ready.global}`);

    const html = await page.text();
    const named = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(named.filter((path) => /\.(js|css)$/.test(path)).length).toBeGreaterThanOrEqual(2);
    for (const path of named) {
      const file = await get(path, { 'accept-encoding': 'br' });
      expect(file.status, path).toBe(200);
      expect(file.headers.get('cache-control'), path).toContain('immutable');
      const etag = file.headers.get('etag') ?? '';
      expect((await get(path, { 'accept-encoding': 'br', 'if-none-match': etag })).status, path).toBe(304);
    }
    // What the page may not do by its own policy, it does not try.
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
  });

  test('finds the regions of this very twin in its outputs', async () => {
    const outputs = await get('/amplify_outputs.json');
    expect(outputs.headers.get('cache-control')).toBe('no-store');
    const { custom } = (await outputs.json()) as {
      custom: {
        API: Record<string, { endpoint: string }>;
        platform: { regions: Record<string, { apiName: string }> };
      };
    };
    for (const { region, api } of twin.ready.regions)
      expect(custom.API[custom.platform.regions[region]?.apiName ?? '']?.endpoint).toBe(api);
    expect(custom.API['gsp-main-global']?.endpoint).toBe(twin.ready.global);
  });

  test('gets the operator’s key, by which a region lets it in', async () => {
    const answer = await get('/_twin/operator', { 'sec-fetch-site': 'same-origin' });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const key = (await answer.json()) as { accessKeyId: string; secretAccessKey: string };
    const { api, region } = twin.region('eu-west-1');
    const evacuation = { method: 'DELETE', path: '/control/evacuations/eu-central-1' } as const;
    const signed = (secretAccessKey: string) =>
      sendSignedRequest(evacuation, {
        endpoint: api,
        region,
        credentials: async () => ({ ...key, secretAccessKey }),
      });
    expect((await signed(key.secretAccessKey)).status).toBeLessThan(300);
    expect((await signed(`${key.secretAccessKey}x`)).status).toBe(403);
    expect((await get('/_twin/operator', { 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await get('/_twin/operator', { origin: 'http://evil.example' })).status).toBe(403);
    expect((await get('/_twin/state', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  test('may call every region, and so may the development server and whom --allow-origin names; nobody else', async () => {
    const { port } = new URL(twin.ready.control);
    const granted = async (api: string, origin: string) => {
      const preflight = await fetch(`${api}/write`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type,idempotency-key,x-amz-date,x-session',
        },
      });
      const answer = await fetch(`${api}/health`, { headers: { origin } });
      expect(answer.headers.get('access-control-allow-origin'), origin).toBe(
        preflight.headers.get('access-control-allow-origin'),
      );
      return preflight.headers.get('access-control-allow-origin');
    };
    const own = [
      `http://localhost:${port}`,
      `http://127.0.0.1:${port}`,
      'http://localhost:5173',
      OTHER_ORIGIN,
    ];
    const others = [
      'http://evil.example',
      `http://localhost:${Number(port) + 1}`,
      `https://localhost:${port}`,
      'null',
    ];
    for (const { api } of twin.ready.regions) {
      for (const origin of own) expect(await granted(api, origin)).toBe(origin);
      for (const origin of others) expect(await granted(api, origin), origin).toBeNull();
    }
    // The global endpoint answers as the region does that it leads to.
    expect(await granted(twin.ready.global ?? '', own[0] ?? '')).toBe(own[0]);
  });
});
