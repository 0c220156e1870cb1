// Goal: whoever wants to understand a write reads few files. Method: V8 counts the functions that run while one warm
// request is handled, once with what is known of evacuations fresh, and once with the read of it that is due every 5 s:
// that enters two more, the store of evacuations and the clock that bounds the read. The figures are what is measured. Of
// keys, sessions and conflicts, which this write has not, no file is entered.
import { Session } from 'node:inspector/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { call, functionsUnderTest, json } from './functions-under-test.ts';

const productFile = /\/packages\/platform\/src\/(.+\.ts)$/;

/** What the test runner makes of an export: no function of the file. */
const exportGetter = /^\(\) => \{ try \{ return \w+ \} catch \{\} \}$/;

describe('POST /write', () => {
  const functions = functionsUnderTest();
  const session = new Session();

  beforeAll(async () => {
    session.connect();
    await session.post('Debugger.enable');
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  });
  afterEach(() => vi.useRealTimers());
  afterAll(() => session.disconnect());

  const write = () =>
    call(functions.api, 'POST /write', {
      headers: json,
      body: JSON.stringify({ pk: 'path', data: { n: 1 }, ttlSeconds: 60 }),
    });

  /** Product files of which a function ran since the last call. */
  const filesEntered = async (): Promise<string[]> => {
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const files: string[] = [];
    for (const { url, scriptId, functions: ran } of result) {
      const file = productFile.exec(url)?.[1];
      if (file === undefined) continue;
      const { scriptSource } = await session.post('Debugger.getScriptSource', { scriptId });
      const isEntered = ran.some(({ ranges: [range] }) => {
        const text = range && range.count > 0 ? scriptSource.slice(range.startOffset, range.endOffset) : '';
        return text !== '' && !exportGetter.test(text);
      });
      if (isEntered) files.push(file);
    }
    return files.sort();
  };

  it.each([
    { filesMax: 28, when: 'what is known of evacuations is fresh', laterMs: 0 },
    { filesMax: 30, when: 'it is due to be read again', laterMs: 6_000 },
  ])('enters at most $filesMax files when $when', async ({ filesMax, laterMs }) => {
    for (let warmUp = 0; warmUp < 3; warmUp++) expect((await write()).status).toBe(200);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + laterMs });
    await filesEntered();
    expect((await write()).status).toBe(200);
    const files = await filesEntered();
    expect(files).toContain('domain/commit-image.ts');
    expect(files.includes('store/table-evacuation-store.ts')).toBe(laterMs > 0);
    expect(files.length, files.join('\n')).toBeLessThanOrEqual(filesMax);
    for (const file of ['check-session', 'keyed-write', 'key-window', 'conflict-log'])
      expect(files).not.toContain(`domain/${file}.ts`);
  });
});
