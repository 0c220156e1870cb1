import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlatformClient } from '../src/platform-client.ts';
import { createSession } from '../src/session.ts';
import { central, createScriptedClient, west } from './support/scripted-client.ts';
import { answer, type Behaviour, good, problem } from './support/scripted-transport.ts';

const regions = [west, central, 'us-east-1'];
const key = { pk: 'demo', sk: 'a' };
const numRuns = 80;
/** Thousands of turns of the event loop, each of which waits its turn on a machine under load. */
const timeout = 60_000;

/** What a region may do with a request, by a number that says how long it takes. */
const behaviours: readonly ((region: string, afterMs: number) => Behaviour)[] = [
  (region, afterMs) => good(region, { item: {} }, { afterMs }),
  (region, afterMs) => good(region, {}, { afterMs, headers: { 'x-region-status': 'evacuated' } }),
  (_, afterMs) => ({ afterMs }),
  () => ({ hangs: true }),
  () => ({ hangs: true, ignoresAbort: true }),
  (region, afterMs) => ({ ...good(region, {}, { afterMs: 2 * afterMs }), ignoresAbort: true }),
  (region, afterMs) => problem(region, 'table-unavailable', { afterMs, retryAfter: null }),
  (region, afterMs) => problem(region, 'table-throttled', { afterMs, retryAfter: afterMs % 3 }),
  (region, afterMs) => problem(region, 'replica-behind', { afterMs, ahead: regions[afterMs % 3] ?? west }),
  (region, afterMs) => problem(region, 'item-contended', { afterMs }),
  (region, afterMs) => problem(region, 'internal-error', { afterMs }),
  (region, afterMs) => problem(region, 'item-not-found', { afterMs }),
  () => answer(200, '<html>'),
  () => answer(502, ''),
];

type Step = (client: PlatformClient, options: { timeoutMs: number; region?: string }) => Promise<unknown>;

const steps: Readonly<Record<'read' | 'session-read' | 'write' | 'write-without-key', Step>> = {
  read: (client, options) => client.listItems({ pk: 'demo' }, options),
  'session-read': (client, options) =>
    client.getItem(key, {
      ...options,
      session: createSession('1~4ddcccd553e9665b.eu-west-1.zmc468717..mwspkrh5.toxtvk'),
    }),
  write: (client, options) => client.putItem({ ...key, data: 1 }, options),
  'write-without-key': (client, options) =>
    client.incrementCounter({ id: 'v' }, { ...options, idempotencyKey: null }),
};

const scriptArbitrary = fc.array(
  fc.record({ kind: fc.nat({ max: behaviours.length - 1 }), afterMs: fc.integer({ min: 0, max: 2_500 }) }),
  { minLength: 1, maxLength: 40 },
);

const callArbitrary = fc.record({
  kind: fc.constantFrom('read', 'session-read', 'write', 'write-without-key' as const),
  timeoutMs: fc.integer({ min: 1, max: 6_000 }),
  startAfterMs: fc.constantFrom(0, 0, 20, 700),
  abortAfterMs: fc.option(fc.integer({ min: 0, max: 3_000 }), { nil: undefined, freq: 5 }),
  region: fc.option(fc.constantFrom(...regions), { nil: undefined, freq: 6 }),
});

const caseArbitrary = fc.record({
  script: scriptArbitrary,
  calls: fc.array(callArbitrary, { minLength: 1, maxLength: 8 }),
  ratio: fc.constantFrom(0, 0.1, 0.5, 1),
  reserve: fc.constantFrom(0, 1, 3, 100),
  count: fc.integer({ min: 1, max: 3 }),
});

type Case = typeof caseArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

/** Runs all calls of a case against its script, to their ends. */
async function play({ script, calls, ratio, reserve, count }: Case) {
  const listeners = { added: 0, removed: 0 };
  const scripted = createScriptedClient(
    ({ region }, index) => {
      const { kind = 0, afterMs = 10 } = script[index % script.length] ?? {};
      return behaviours[kind]?.(region, afterMs) ?? { hangs: true };
    },
    { regions: regions.slice(0, count), retryBudget: { ratio, reserve } },
  );
  const { client, clock } = scripted;
  const ends: { startedAtMs: number; settledAtMs: number; timeoutMs: number }[] = [];
  const running = [];
  for (const { kind, timeoutMs, startAfterMs, abortAfterMs, region } of calls) {
    await clock.run(startAfterMs);
    const startedAtMs = clock.nowMs();
    const controller = new AbortController();
    const signal = countListeners(controller.signal, listeners);
    const isKnown = region !== undefined && regions.indexOf(region) < count;
    const call = steps[kind](client, { timeoutMs, ...{ signal }, ...(isKnown ? { region } : {}) });
    if (abortAfterMs !== undefined) clock.setTimer(abortAfterMs, () => controller.abort());
    const note = () => void ends.push({ startedAtMs, settledAtMs: clock.nowMs(), timeoutMs });
    running.push(call.then(note, note));
  }
  await clock.run(6_000);
  return { ...scripted, ends, listeners, isSettled: ends.length === running.length };
}

function countListeners(signal: AbortSignal, count: { added: number; removed: number }): AbortSignal {
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...parameters: Parameters<typeof add>) => {
    count.added += 1;
    add(...parameters);
  };
  signal.removeEventListener = (...parameters: Parameters<typeof remove>) => {
    count.removed += 1;
    remove(...parameters);
  };
  return signal;
}

describe('createClient(), whatever its regions do,', () => {
  it('settles every call by its deadline, and leaves neither timer nor listener', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(caseArbitrary, async (example) => {
        const { ends, isSettled, engineClock, listeners, events } = await play(example);
        expect(isSettled).toBe(true);
        for (const { startedAtMs, settledAtMs, timeoutMs } of ends) {
          expect(settledAtMs - startedAtMs).toBeLessThanOrEqual(timeoutMs);
        }
        expect(engineClock.pending).toBe(0);
        expect(listeners.removed).toBe(listeners.added);
        expect(events.call).toHaveLength(example.calls.length);
      }),
      { numRuns },
    );
  });

  it('sends no more requests beyond the first of each call than reserve + ratio x calls', {
    timeout,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(caseArbitrary, async (example) => {
        const { transport, events } = await play(example);
        const first = events.attempt.filter(({ kind }) => kind === 'first').length;
        // Each answer of a replica that is behind may have one more request follow; the call's time bounds those.
        const behind = events.attempt.filter(({ reason }) => reason === 'replica-behind').length;
        // What moved from a region that is lost to one that answered gives its token back.
        const moved = events.attempt.filter(
          ({ kind, outcome, reason }) =>
            kind === 'failover' && outcome === 'answered' && reason !== 'replica-behind',
        ).length;
        const extra = transport.sent.length - first - behind - moved;
        expect(events.attempt).toHaveLength(transport.sent.length);
        expect(extra).toBeLessThanOrEqual(example.reserve + example.ratio * example.calls.length + 1e-9);
      }),
      { numRuns },
    );
  });

  it('sends a write without a key once, every other with one key and one body wherever it goes', {
    timeout,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(caseArbitrary, async (example) => {
        const { transport, events } = await play(example);
        const contents = new Map<string, string>();
        for (const { request } of transport.sent) {
          const id = request.headers['x-correlation-id'] ?? '';
          const { method, path, headers, body } = request;
          const content = JSON.stringify([method, path, headers, body]);
          const known = contents.get(id);
          expect(content).toBe(known ?? content);
          contents.set(id, content);
        }
        // A replica that is behind has made nothing.
        const bare = events.attempt
          .filter(({ operation, reason }) => operation === 'incrementCounter' && reason !== 'replica-behind')
          .map(({ call }) => call);
        expect(new Set(bare).size).toBe(bare.length);
      }),
      { numRuns },
    );
  });

  it('asks the region of a call that names one, and no other', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(scriptArbitrary, fc.constantFrom(...regions), async (script, region) => {
        const { client, clock, asked } = createScriptedClient(
          ({ region: each }, index) => {
            const { kind = 0, afterMs = 10 } = script[index % script.length] ?? {};
            return behaviours[kind]?.(each, afterMs) ?? { hangs: true };
          },
          { regions },
        );
        const calls = Promise.allSettled(
          Object.values(steps).map((step) => step(client, { timeoutMs: 4_000, region })),
        );
        await clock.run(4_000);
        await calls;
        expect(new Set(asked())).toEqual(new Set([region]));
      }),
      { numRuns: 40 },
    );
  });
});
