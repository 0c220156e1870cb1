import { describe, expect, it } from 'vitest';
import { central, createScriptedClient, west } from './support/scripted-client.ts';
import {
  type Behaviour,
  broken,
  good,
  hanging,
  problem,
  type Script,
  type SentRequest,
} from './support/scripted-transport.ts';
import { createSeededRandom } from './support/seeded-random.ts';

/** Calls a second, of which every second one writes. */
const callsPerSecond = 400;
const frozenAtMs = 3_000;
/** What the client's retry budget is by default. */
const [ratio, reserve] = [0.1, 100];

interface Load {
  readonly seconds: number;
  readonly hedge?: boolean;
}

/** A client under load, in simulated time: how its calls ended, and what each region was asked. */
async function underLoad(script: Script, { seconds, hedge = true }: Load) {
  const { client, clock, transport } = createScriptedClient(script, { hedge });
  const ended = { ok: 0, failed: 0 };
  const calls = Array.from({ length: seconds * callsPerSecond }, (_, index) => index);
  for (const index of calls) {
    const call = index % 2 === 0 ? client.writeItem({}) : client.getItem({ pk: 'a', sk: 'b' });
    call.then(
      () => (ended.ok += 1),
      () => (ended.failed += 1),
    );
    await clock.run(1_000 / callsPerSecond);
  }
  await clock.run(6_000);
  const extra = transport.sent.length - calls.length;
  client.close();
  return { ...ended, calls: calls.length, extra, sent: transport.sent };
}

const callOf = ({ request }: SentRequest) => request.headers['x-correlation-id'];

const startedAtMs = 1_000;
const isFrozen = (atMs: number) => atMs - startedAtMs >= frozenAtMs;

/** A region that answers until it freezes. */
const freezing = (region: string, atMs: number, afterMs = 20): Behaviour =>
  isFrozen(atMs) ? hanging : good(region, {}, { afterMs });

describe('at 400 requests a second', () => {
  it.each([
    ['answers in 20 ms', () => 20, true],
    ['answers in 20 ms, and no read is hedged', () => 20, false],
    ['answers in 250 ms', () => 250, true],
    [
      'is cold: for its first second it takes 900 ms',
      (atMs: number) => (atMs - startedAtMs < frozenAtMs + 2_000 ? 900 : 20),
      false,
    ],
  ])('no call fails when one region freezes and the other %s', async (_, afterMs, hedge) => {
    const script: Script = ({ region, atMs }) =>
      region === west ? freezing(region, atMs) : good(central, {}, { afterMs: afterMs(atMs) });
    const load = await underLoad(script, { seconds: 8, hedge });
    expect(load).toMatchObject({ failed: 0, ok: load.calls });
    // All that were under way there when it froze, and until that was noticed; and none of them twice.
    expect(load.extra).toBeGreaterThan(0);
    expect(load.extra).toBeLessThanOrEqual(callsPerSecond * 1.1);
    const asked = load.sent.filter((each) => each.region === central).map(callOf);
    expect(new Set(asked).size).toBe(asked.length);
  });

  it.each<[string, Script]>([
    [
      'refuses connections',
      ({ region, atMs }) => (region === west && isFrozen(atMs) ? broken : good(region)),
    ],
    [
      'answers that its table is unavailable',
      ({ region, atMs }) =>
        region === west && isFrozen(atMs) ? problem(west, 'table-unavailable') : good(region),
    ],
  ])('no call fails when one region %s', async (_, script) => {
    const load = await underLoad(script, { seconds: 6 });
    expect(load).toMatchObject({ failed: 0, ok: load.calls });
    expect(load.extra).toBeLessThan(callsPerSecond / 4);
  });

  it.each<[string, Behaviour]>([
    ['no answer comes from any region', hanging],
    ['every region breaks', broken],
    ['every region answers that its table is unavailable', problem(west, 'table-unavailable')],
    ['every region answers after the time of an attempt', good(west, {}, { afterMs: 1_500 })],
  ])('requests beyond the first are a tenth of the calls and the reserve when %s', async (_, behaviour) => {
    const load = await underLoad(({ atMs }) => (isFrozen(atMs) ? behaviour : good(west)), { seconds: 8 });
    expect(load.extra).toBeGreaterThan(0);
    expect(load.extra).toBeLessThanOrEqual(reserve + ratio * load.calls);
  });

  it.each<[string, (region: string) => Behaviour]>([
    ['gives no answer', () => hanging],
    ['answers that its table is unavailable', (region) => problem(region, 'table-unavailable')],
    ['answers that it met a bug', (region) => problem(region, 'internal-error')],
  ])('and not twice that when every region %s to 3 in 10 requests', async (_, bad) => {
    const random = createSeededRandom(3);
    const script: Script = ({ region }) => (random() < 0.3 ? bad(region) : good(region));
    const load = await underLoad(script, { seconds: 8 });
    expect(load.failed).toBeGreaterThan(0);
    expect(load.extra).toBeLessThan(2 * (reserve + ratio * load.calls));
  });
});
