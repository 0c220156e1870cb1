import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadPlatform } from '../src/platform/load-platform.ts';
import { getOperatorKey, getTwinState, postFault } from '../src/platform/twin-api.ts';
import { twinState } from './twin-state-fixture.ts';

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

function outputs(endpoint: string) {
  return {
    custom: {
      API: { 'p-s-a': { endpoint } },
      platform: { project: 'p', stage: 's', regions: { a: { role: 'primary', apiName: 'p-s-a' } } },
    },
  };
}

afterEach(() => vi.unstubAllGlobals());

describe('getTwinState()', () => {
  it('tells a page of Amplify Hosting from a twin', async () => {
    serve({ '/_twin/state': html });
    await expect(getTwinState(signal)).rejects.toMatchObject({ name: 'NotATwinError' });
  });

  it('says what to run when nothing answers', async () => {
    serve({});
    await expect(getTwinState(signal)).rejects.toThrow(/does not answer.*npm start/);
  });
});

describe('postFault()', () => {
  it('sends the fault as JSON, which no page of another origin can', async () => {
    const fetched = serve({ '/_twin/faults': () => json(twinState()) });
    await postFault({ region: 'a', kind: 'slow', delayMs: 800 }, signal);
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
    await expect(postFault({ region: 'x', kind: 'kill' }, signal)).rejects.toThrow(
      'Cannot inject a fault: no such region',
    );
  });
});

describe('getOperatorKey()', () => {
  it('takes a whole key only', async () => {
    const key = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };
    serve({ '/_twin/operator': () => json(key) });
    expect(await getOperatorKey(signal)).toEqual(key);
    serve({ '/_twin/operator': () => json({ accessKeyId: 'AKIA' }) });
    await expect(getOperatorKey(signal)).rejects.toThrow('gave no key');
  });
});

describe('loadPlatform()', () => {
  it('has a twin when one answers, and one that is missing when outputs lead to this machine', async () => {
    const file = () => json(outputs('http://127.0.0.1:4011'));
    serve({ 'amplify_outputs.json': file, '/_twin/state': () => json(twinState()) });
    expect(await loadPlatform(signal)).toMatchObject({ hasTwin: true, twinState: { timeScale: 1 } });
    serve({ 'amplify_outputs.json': file });
    expect(await loadPlatform(signal)).toMatchObject({ hasTwin: true, twinState: null });
  });

  it('has none on a deployed platform', async () => {
    serve({
      'amplify_outputs.json': () => json(outputs('https://a.api.example.com')),
      '/_twin/state': html,
    });
    expect(await loadPlatform(signal)).toMatchObject({ hasTwin: false, twinState: null });
  });

  it.each([
    ['is answered with 404', () => new Response('', { status: 404 })],
    ['is no JSON', html],
    ['names no project', () => json({ custom: { API: {}, platform: {} } })],
  ])('fails when the outputs file %s', async (_, file) => {
    serve({ 'amplify_outputs.json': file, '/_twin/state': html });
    await expect(loadPlatform(signal)).rejects.toMatchObject({
      name: 'OutputsError',
      message: expect.stringContaining('npm start'),
    });
  });
});
