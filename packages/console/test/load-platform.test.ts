import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadPlatform } from '../src/platform/load-platform.ts';
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
