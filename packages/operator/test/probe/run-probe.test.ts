import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError } from '@gsp/cli-kit';
import { InvalidOutputsError, type PlatformClient, RegionsUnavailableError } from '@gsp/client/fetch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../../../test/twin/support/eventually.ts';
import { watchLag } from '../../src/probe/lag-watch.ts';
import { sendLoad } from '../../src/probe/probe-load.ts';
import { type ProbeOptions, runProbe } from '../../src/probe/run-probe.ts';
import { AWAY, fakeClient, HOME } from './fake-client.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'probe-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fileOf(name: string, content: unknown): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const outputsWith = (endpoint: string, domain?: object) => ({
  custom: {
    API: { one: { endpoint }, 'p-s-global': { endpoint } },
    platform: { project: 'p', stage: 's', regions: { [HOME]: { role: 'primary', apiName: 'one' } }, domain },
  },
});

async function optionsOf(changes: Partial<ProbeOptions> = {}): Promise<ProbeOptions> {
  const target = await fileOf('outputs.json', outputsWith('http://127.0.0.1:1'));
  return {
    ...{
      target,
      endpoint: 'regional',
      rate: 50,
      writeShare: 0.5,
      durationMs: 600,
      intervalMs: 200,
      json: true,
    },
    ...changes,
  };
}

/** Runs a probe with this client, and gives what it has printed. */
async function run(
  options: ProbeOptions,
  client: PlatformClient,
  termination = new Promise<void>(() => undefined),
) {
  let text = '';
  const stream = {
    write: (more: string) => {
      text += more;
    },
  };
  const ended = await runProbe(options, {
    stream,
    openClient: () => client,
    termination: () => termination,
  }).then(
    () => undefined,
    (error: unknown) => error,
  );
  const lines = text.split('\n').filter((line) => line.startsWith('{'));
  return { ended, text, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const unavailable = () =>
  new RegionsUnavailableError('Cannot getItem: no region answers', { remedy: 'Wait.' });

describe('runProbe', () => {
  test('runProbe() shows each interval and a summary, and is content when no call failed', async () => {
    const client = fakeClient();
    const { ended, lines } = await run(await optionsOf(), client);
    expect(ended).toBeUndefined();
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.at(-1)).toMatchObject({ kind: 'summary', failed: 0 });
    expect(lines.slice(0, -1).every(({ kind }) => kind === 'interval')).toBe(true);
    expect(client.isClosed()).toBe(true);
  });

  test('runProbe() probes through the edge, and no region by name, when it is the only way in', async () => {
    const edge = { edgeName: 'edge.api.example.com', edgeOnly: true };
    const domain = { zoneName: 'example.com', globalName: 'api.example.com', ...edge };
    const target = await fileOf('edge.json', outputsWith('http://127.0.0.1:1', domain));
    const { endpoint: _none, ...options } = await optionsOf({ target });
    const client = fakeClient();
    const endpoints: string[] = [];
    let text = '';
    await runProbe(options, {
      stream: {
        write: (more: string) => {
          text += more;
        },
      },
      openClient: ({ endpoint }) => {
        endpoints.push(endpoint);
        return client;
      },
      termination: () => new Promise(() => undefined),
    });
    expect(endpoints).toStrictEqual(['global']);
    expect(client.called.filter((each) => each.endsWith(AWAY))).toStrictEqual([]);
    const summary = JSON.parse(text.trim().split('\n').at(-1) ?? '');
    expect(summary).toMatchObject({ kind: 'summary', failed: 0 });
    expect(summary.regions.flatMap(({ lag }: { lag: unknown[] }) => lag)).toStrictEqual([]);
  });

  test('runProbe() says how many calls failed and why, after the summary', async () => {
    let isDown = false;
    const client = fakeClient({ fail: () => (isDown ? unavailable() : undefined) });
    const probing = run(await optionsOf(), client);
    await eventually(() => client.called.length > 5);
    isDown = true;
    const { ended, lines } = await probing;
    expect(ended).toBeInstanceOf(CommandError);
    expect(String(ended)).toMatch(
      /\d+ of \d+ calls failed, none may; the latest was .*RegionsUnavailableError/,
    );
    expect(lines.at(-1)).toMatchObject({ kind: 'summary' });
  });

  test('runProbe() says what to start when nothing answers at the beginning', async () => {
    const { ended, text } = await run(await optionsOf(), fakeClient({ fail: unavailable }));
    expect(ended).toBeInstanceOf(CommandError);
    expect(String(ended)).toMatch(/nothing answers \(eu-west-1 at .*npm start/);
    expect(text).toBe('');
  });

  test('runProbe() ends with a summary when it is told to', async () => {
    const client = fakeClient();
    let end: () => void = () => undefined;
    const termination = new Promise<void>((resolve) => {
      end = resolve;
    });
    const probing = run(await optionsOf({ durationMs: undefined }), client, termination);
    await eventually(() => client.called.length > 5);
    end();
    const { ended, lines } = await probing;
    expect(ended).toBeUndefined();
    expect(lines.at(-1)).toMatchObject({ kind: 'summary' });
  });

  test.each([
    ['no such file', '', /^Cannot read .*--target/],
    ['a file that is no JSON', 'nothing', /it is no JSON/],
    ['a file without an API', { custom: {} }, /bad\.json: .*custom\.platform is missing/],
    [
      'another way than HTTP',
      outputsWith('ftp://127.0.0.1'),
      /is "ftp:\/\/127\.0\.0\.1", a URL that begins with http/,
    ],
    ['no address at all', outputsWith('here'), /is "here", a URL/],
  ])('runProbe() refuses %s', async (_, content, message) => {
    const target = content === '' ? join(folder, 'nowhere.json') : await fileOf('bad.json', content);
    const { ended } = await run(await optionsOf({ target }), fakeClient());
    expect(ended).toBeInstanceOf(CommandError);
    expect((ended as Error).message).toMatch(message);
  });

  test('runProbe() names the file when the client cannot use it', async () => {
    const invalid = new InvalidOutputsError('Cannot find the regions: there is none', { remedy: 'Deploy.' });
    const openClient = () => {
      throw invalid;
    };
    const stream = { write: () => undefined };
    const termination = () => new Promise(() => undefined);
    const options = await optionsOf();
    await expect(runProbe(options, { stream, openClient, termination })).rejects.toThrow(
      /^Cannot probe .*outputs\.json: Cannot find the regions/,
    );
  });
});

describe('sendLoad', () => {
  test.each([
    [0, (called: readonly string[]) => called.every((call) => !call.startsWith('writeItem'))],
    [1, (called: readonly string[]) => called.every((call) => call.startsWith('writeItem'))],
    [
      0.5,
      (called: readonly string[]) =>
        ['writeItem', 'getItem'].every((each) => called.some((call) => call.startsWith(each))),
    ],
  ])('sendLoad() writes as often as a share of %d says', async (writeShare, holds) => {
    const stop = new AbortController();
    const client = fakeClient();
    // A reader draws twice, a writer once: with a half of each, they take turns.
    const drawn = [0.9, 0.1, 0.1];
    let turn = 0;
    const random = () => drawn[turn++ % drawn.length] ?? 0;
    const sending = sendLoad({ client, rate: 50, writeShare, pk: 'p', signal: stop.signal, random });
    await eventually(() => client.called.length > 8);
    stop.abort();
    await sending;
    expect(holds(client.called)).toBe(true);
  });

  test('sendLoad() goes on while earlier calls wait for their answers, at the rate and not faster', async () => {
    const stop = new AbortController();
    const client = {
      ...fakeClient(),
      listItems: () => new Promise<never>((_, reject) => waiting.push(reject)),
    };
    const waiting: ((reason: Error) => void)[] = [];
    const startedAt = performance.now();
    const options = { rate: 50, writeShare: 0, pk: 'p', signal: stop.signal, random: () => 0.5 };
    const sending = sendLoad({ client, ...options });
    await eventually(() => waiting.length > 5);
    const elapsedMs = performance.now() - startedAt;
    expect(waiting.length).toBeLessThanOrEqual(elapsedMs / 20 + 2);
    stop.abort();
    for (const reject of waiting) reject(new Error('given up'));
    await sending;
  });
});

describe('watchLag', () => {
  test('watchLag() measures from the acknowledgement until a peer shows the write, in both directions', async () => {
    const stop = new AbortController();
    const client = fakeClient({ lagMs: 60 });
    const options = {
      client,
      pk: 'p',
      regions: () => [HOME, AWAY],
      signal: stop.signal,
      lookMs: 5,
      everyMs: 1,
    };
    const watch = watchLag(options);
    await eventually(() => watch.sightings().length === 2);
    for (const { lagMs } of watch.sightings()) expect(lagMs).toBeGreaterThanOrEqual(59);
    stop.abort();
    await watch.ended;
    expect(client.called).toContain(`writeItem ${AWAY}`);
    expect(client.called).toContain(`getItem ${HOME}`);
  });

  test('watchLag() says that a write was not seen when the wait is over, and why when a region cannot be asked', async () => {
    const stop = new AbortController();
    const common = { pk: 'p', regions: () => [HOME, AWAY], signal: stop.signal, lookMs: 1, everyMs: 1 };
    const late = watchLag({ ...common, client: fakeClient({ lagMs: 60_000 }), limitMs: 30 });
    const down = watchLag({ ...common, client: fakeClient({ fail: unavailable }) });
    await eventually(() => late.sightings().length > 0 && down.sightings().length > 0);
    expect(late.sightings()[0]).toMatchObject({ lagMs: null, reason: 'not seen within 0.03 s' });
    expect(down.sightings()[0]).toMatchObject({ lagMs: null, reason: 'RegionsUnavailableError' });
    stop.abort();
    await Promise.all([late.ended, down.ended]);
  });

  test('watchLag() asks nobody when one region only is in reach', async () => {
    const stop = new AbortController();
    const client = fakeClient();
    let asked = 0;
    const regions = () => {
      asked += 1;
      return [HOME];
    };
    const watch = watchLag({ client, pk: 'p', regions, signal: stop.signal, everyMs: 1 });
    await eventually(() => asked > 3);
    stop.abort();
    await watch.ended;
    expect(client.called).toEqual([]);
  });
});
