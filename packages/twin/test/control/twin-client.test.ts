import { afterEach, describe, expect, it, vi } from 'vitest';
import { createTwinClient, parseTwinState } from '../../src/control/twin-client.ts';
import type { TwinRegion } from '../../src/control/twin-region.ts';
import type { TwinState } from '../../src/control/twin-state.ts';

const signal = new AbortController().signal;
const html = () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } });
const json = (body: object, status = 200) => Response.json(body, { status });

/** Answers as the origin of the page would, by path. */
function serve(answers: Readonly<Record<string, () => Response>>): ReturnType<typeof vi.fn> {
  const fetched = vi.fn(async (path: string) => {
    const answer = answers[path];
    if (answer === undefined) throw new TypeError('fetch failed');
    return answer();
  });
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

function twinState(changes: Partial<TwinState> = {}): Partial<TwinState> {
  const region: Partial<TwinRegion> = {
    region: 'a',
    status: 'running',
    api: 'http://127.0.0.1:4011',
    address: 'http://127.0.1.10:4010',
  };
  return {
    dataDir: '/data',
    credentialsFile: '/data/credentials.json',
    lagMs: { min: 100, max: 500 },
    timeScale: 1,
    dns: {
      host: '127.0.0.1',
      port: 4053,
      zone: 'gsp.test',
      name: 'api.gsp.test',
      routedName: 'api.gsp.test',
    },
    route53: { timeScale: 1, checks: [], records: [], answers: [] },
    regions: [region as TwinRegion],
    links: [],
    ...changes,
  };
}

afterEach(() => vi.unstubAllGlobals());

describe('parseTwinState()', () => {
  it('takes the answer of a twin, with and without a domain', () => {
    const whole = twinState();
    const bare = twinState({ global: null, dns: null, route53: null });
    expect(parseTwinState(whole)).toBe(whole);
    expect(parseTwinState(bare)).toBe(bare);
  });

  it.each([
    ['no JSON object', []],
    ['no list of regions', { ...twinState(), regions: [{ region: 1 }] }],
    ['no list of links', { ...twinState(), links: undefined }],
    ['no time scale or lag', { ...twinState(), timeScale: '1' }],
    ['no data directory', { ...twinState(), dataDir: undefined }],
    ['no DNS server', { ...twinState(), dns: {} }],
    ['no health checks, records and answers', { ...twinState(), route53: { checks: [] } }],
  ])('refuses an answer with %s and says what to run', (missing, value) => {
    expect(() => parseTwinState(value)).toThrow(expect.objectContaining({ code: 'NotATwin' }));
    expect(() => parseTwinState(value)).toThrow(new RegExp(`${missing}.*npm start`));
  });
});

describe('state()', () => {
  it('tells a page of Amplify Hosting from a twin', async () => {
    serve({ '/_twin/state': html });
    await expect(createTwinClient().state(signal)).rejects.toMatchObject({ code: 'NotATwin' });
  });

  it('says what to run when nothing answers', async () => {
    serve({});
    const state = createTwinClient().state(signal);
    await expect(state).rejects.toThrow(/does not answer.*npm start/);
    await expect(state).rejects.toMatchObject({ name: 'TwinRequestError', code: 'Unreachable' });
  });

  it('asks the twin at an origin, names it when it is not there, and follows no redirect', async () => {
    const fetched = serve({ 'http://127.0.0.1:4000/_twin/state': () => json(twinState()) });
    expect(await createTwinClient('http://127.0.0.1:4000').state(signal)).toEqual(twinState());
    expect(fetched).toHaveBeenCalledWith(
      'http://127.0.0.1:4000/_twin/state',
      expect.objectContaining({ redirect: 'error' }),
    );
    await expect(createTwinClient('http://127.0.0.1:1').state(signal)).rejects.toThrow(
      'http://127.0.0.1:1 does',
    );
  });

  it('ends with the reason of its signal when it is aborted', async () => {
    serve({});
    const reason = new Error('the page has gone');
    await expect(createTwinClient().state(AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('does not read an answer without end', async () => {
    let chunks = 0;
    const endless = new ReadableStream({
      pull(controller) {
        chunks += 1;
        controller.enqueue(new Uint8Array(1_000_000).fill(32));
      },
    });
    serve({
      '/_twin/state': () => new Response(endless, { headers: { 'content-type': 'application/json' } }),
    });
    await expect(createTwinClient().state(signal)).rejects.toMatchObject({ code: 'Unreachable' });
    expect(chunks).toBeLessThan(20);
  });

  it('gives a twin that does not answer the time that it was told to', async () => {
    vi.stubGlobal('fetch', (_url: string, { signal: limit }: { signal: AbortSignal }) => {
      return new Promise((_, reject) => limit.addEventListener('abort', () => reject(limit.reason)));
    });
    const client = createTwinClient('', { stateTimeoutMs: 20 });
    await expect(client.state(signal)).rejects.toMatchObject({ code: 'Unreachable' });
  });
});

describe('inject()', () => {
  it('sends the fault as JSON, which no page of another origin can', async () => {
    const fetched = serve({ '/_twin/faults': () => json(twinState()) });
    await createTwinClient().inject({ region: 'a', kind: 'slow', delayMs: 800 }, signal);
    expect(fetched).toHaveBeenCalledWith(
      '/_twin/faults',
      expect.objectContaining({
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"region":"a","kind":"slow","delayMs":800}',
      }),
    );
  });

  it('fails with the words of the twin when it refuses', async () => {
    serve({ '/_twin/faults': () => json({ detail: 'Cannot inject a fault: no such region' }, 400) });
    await expect(createTwinClient().inject({ region: 'x', kind: 'kill' }, signal)).rejects.toThrow(
      'Cannot inject a fault: no such region',
    );
  });
});

describe('operatorKey()', () => {
  it('takes a whole key only', async () => {
    const key = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };
    serve({ '/_twin/operator': () => json(key) });
    expect(await createTwinClient().operatorKey(signal)).toEqual(key);
    serve({ '/_twin/operator': () => json({ accessKeyId: 'AKIA' }) });
    await expect(createTwinClient().operatorKey(signal)).rejects.toThrow('gave no key');
  });
});
