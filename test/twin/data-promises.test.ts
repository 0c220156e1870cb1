import { randomUUID } from 'node:crypto';
import {
  attachTwin,
  conflictName,
  judge,
  renderDataReport,
  reportDataRun,
  runDataScenario,
} from '@gsp/drill';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ApiAnswer, callApi, setLinks } from './support/call-api.ts';
import { eventually } from './support/eventually.ts';
import { healTwin } from './support/heal-twin.ts';
import { startTwinProcess, type TwinProcess } from './support/twin-process.ts';

/**
 * The promises about data, judged by what clients saw: thousands of operations from both regions through cuts,
 * delays, a wrong clock and SIGKILL; and the same in small, as a user would come across it. Seed 1 is run by every
 * `npm run drill`; DATA_OPERATIONS=10000 makes the run here a longer one.
 */
const [HERE, THERE] = ['eu-west-1', 'eu-central-1'] as const;
const SEEDS = [2];
const OPERATIONS = Number(process.env.DATA_OPERATIONS ?? 2_000);
const RUN_LIMIT_MS = Math.max(150_000, OPERATIONS * 50);

let twin: TwinProcess;
beforeAll(async () => {
  twin = await startTwinProcess({ args: ['--lag', '0..40', '--no-watch'] });
});

/** Begins the names of a test's items, so that none finds what one before has left. */
let prefix = '';
beforeEach(async () => {
  await healTwin(twin);
  prefix = `test-${randomUUID().slice(0, 8)}`;
});
afterAll(() => twin?.end());

describe('the data scenario', () => {
  test.each(SEEDS)(
    'keeps every promise, seed %i',
    async (seed) => {
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(new Error('the run took too long')), RUN_LIMIT_MS);
      const drilled = await attachTwin(twin.ready.control, stop.signal);
      const options = { twin: drilled, seed, operations: OPERATIONS, prefix, signal: stop.signal };
      const result = await runDataScenario(options).finally(() => clearTimeout(timer));

      const report = reportDataRun(result, {
        seed,
        repeat: `npm run drill -- --scenario data --seed ${seed}`,
      });
      expect(report.isKept, renderDataReport([report])).toBe(true);

      // A run in which nothing happened would keep every promise.
      const { figures } = report;
      expect(figures.acknowledged).toBeGreaterThan(OPERATIONS / 4);
      expect(figures.conflicts).toBeGreaterThan(10);
      expect(figures.replays).toBeGreaterThan(10);
      expect(figures.failures).toBeGreaterThan(0);
      expect(report.faults.length).toBeGreaterThan(10);
    },
    RUN_LIMIT_MS + 20_000,
  );

  test('is judged by checkers that notice each entry of the conflict log that is missing', async () => {
    const stop = new AbortController();
    const drilled = await attachTwin(twin.ready.control, stop.signal);
    const options = { twin: drilled, seed: 77, operations: 800, prefix, signal: stop.signal };
    const { history, views } = await runDataScenario(options);
    // Where a deletion is involved that another one may have met, or of which not all is known, silence is right.
    const entries = (views[0]?.conflicts ?? []).filter(
      ({ loser }) => loser.deleted !== true && loser.sk !== 'item-7',
    );
    const unnoticed = entries.filter((entry) => {
      const others = (log: typeof entries) =>
        log.filter((each) => conflictName(each) !== conflictName(entry));
      const without = views.map((view) => {
        const conflicts = others([...view.conflicts]);
        return { ...view, conflicts, conflictsByKey: conflicts };
      });
      return judge(history, without).losses.length === 0;
    });
    expect(entries.length).toBeGreaterThan(0);
    expect(unnoticed.length).toBeLessThanOrEqual(entries.length / 5);
  }, 120_000);
});

describe('two editors', () => {
  const path = () => `/items/${prefix}/page`;
  const log = () => `/conflicts?pk=${prefix}`;
  const inBoth = (condition: (answer: ApiAnswer) => boolean, from = path()) =>
    eventually(
      async () => {
        const answers = await Promise.all(
          [HERE, THERE].map((region) => callApi(twin, region, { path: from })),
        );
        return answers.every(condition);
      },
      { what: () => `${from} to be the same in both regions` },
    );
  const shows = (text: string) => (answer: ApiAnswer) =>
    JSON.stringify(answer.body.item?.data) === asData(text);
  const asData = (text: string) => JSON.stringify({ text });
  const put = (region: string, text: string, headers: Record<string, string> = {}) =>
    callApi(twin, region, { method: 'PUT', path: path(), body: { data: { text } }, headers });

  test('find the edit that was lost through a cut link in the log, and restore it with one PUT', async () => {
    await put(HERE, 'draft');
    await inBoth(shows('draft'));

    await setLinks(twin, [HERE, THERE], 'cut');
    expect((await put(HERE, "Ann's version")).status).toBe(200);
    expect((await put(THERE, "Bob's version")).status).toBe(200);
    await setLinks(twin, [HERE, THERE], 'heal');
    await inBoth(shows("Bob's version"));

    await inBoth(({ body }) => body.conflicts?.length === 1, log());
    const [entry] = (await callApi(twin, THERE, { path: log() })).body.conflicts ?? [];
    expect(entry).toMatchObject({
      loser: { pk: prefix, sk: 'page', region: HERE, data: { text: "Ann's version" } },
      winner: { region: THERE },
      detectedIn: HERE,
    });

    const { etag } = await callApi(twin, THERE, { path: path() });
    const restored = await callApi(twin, THERE, {
      ...{ method: 'PUT', path: path(), body: { data: entry?.loser.data } },
      headers: { 'if-match': etag },
    });
    expect(restored.status).toBe(200);
    await inBoth(shows("Ann's version"));
    // What was restored was made on top of what had won: that is no conflict.
    expect((await callApi(twin, HERE, { path: log() })).body.conflicts).toHaveLength(1);
  });

  test('see the region whose clock runs ahead win, though it wrote first, and find the other edit in the log', async () => {
    await setLinks(twin, [HERE, THERE], 'cut');
    expect((await twin.fault({ region: HERE, kind: 'clock', offsetMs: 60_000 })).status).toBe(200);
    const beganMs = Date.now();
    const { updatedAt = '' } = (await put(HERE, 'first, by a clock a minute ahead')).body.item ?? {};
    // The clock of the region's functions too, by which what an item says of its time is made.
    const byTheirClockMs = Date.parse(updatedAt) - 60_000;
    expect(byTheirClockMs).toBeGreaterThanOrEqual(beganMs);
    expect(byTheirClockMs).toBeLessThanOrEqual(Date.now());
    await put(THERE, 'second');
    expect((await twin.fault({ region: HERE, kind: 'clock', offsetMs: 0 })).status).toBe(200);
    await setLinks(twin, [HERE, THERE], 'heal');

    await inBoth(shows('first, by a clock a minute ahead'));
    await inBoth(({ body }) => body.conflicts?.length === 1, log());
    const { conflicts } = (await callApi(twin, HERE, { path: log() })).body;
    expect(conflicts).toMatchObject([
      { loser: { region: THERE, data: { text: 'second' } }, winner: { region: HERE }, detectedIn: THERE },
    ]);
  });
});
