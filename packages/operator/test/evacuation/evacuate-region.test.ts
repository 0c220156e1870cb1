import { setTimeout as sleep } from 'node:timers/promises';
import type { Terminal } from '@gsp/cli-kit';
import { listEvacuations } from '@gsp/client/operator';
import { afterEach, describe, expect, test } from 'vitest';
import { evacuateRegion } from '../../src/evacuation/evacuate-region.ts';
import type { Platform } from '../../src/evacuation/platform.ts';
import {
  renderEvacuation,
  renderEvacuationList,
  renderRestore,
} from '../../src/evacuation/render-evacuation.ts';
import { restoreRegion } from '../../src/evacuation/restore-region.ts';
import { twinPlatform } from '../../src/evacuation/twin-platform.ts';
import { type FakeTwin, type FakeTwinBehaviour, startFakeTwin } from './fake-twin.ts';

const { signal } = new AbortController();
const order = { region: 'eu-west-1', reason: 'test', forSeconds: 1_800, yes: false, wait: true, signal };

let twin: FakeTwin | undefined;
afterEach(async () => {
  await twin?.close();
  twin = undefined;
});

async function start(behaviour?: FakeTwinBehaviour): Promise<{ twin: FakeTwin; platform: Platform }> {
  twin = await startFakeTwin(behaviour);
  return { twin, platform: await twinPlatform(twin.control, signal) };
}

/** A terminal that keeps what is shown. Its clock runs `pace` times as fast as the machine's. */
function listeningTerminal(pace = 1) {
  const shown: string[] = [];
  const questions: string[] = [];
  const terminal: Terminal = {
    clock: {
      nowMs: () => performance.now() * pace,
      sleep: (ms, until) => sleep(ms / pace, undefined, { signal: until }),
    },
    print: (text) => void shown.push(text),
    result: (text) => void shown.push(text),
    during: (text, work) => {
      shown.push(text);
      return work((progress) => void shown.push(progress));
    },
    ask: async () => '',
    confirm: async (question) => void questions.push(question),
  };
  return { terminal, shown, questions };
}

describe('evacuateRegion()', () => {
  test('evacuateRegion() shows what will follow, asks a healthy peer, and waits until traffic has moved', async () => {
    const { twin: running, platform } = await start();
    const { terminal, shown, questions } = listeningTerminal();
    const result = await evacuateRegion(platform, { ...order, terminal });
    expect(running.requests).toEqual(['PUT eu-central-1 /control/evacuations/eu-west-1']);
    expect(questions).toEqual([]);
    expect(shown.slice(0, 3).join('\n')).toMatch(
      /What will happen \(this twin's Route 53 is 300 times faster/,
    );
    expect(result.plan.map(({ withinSeconds }) => withinSeconds)).toEqual(
      [0, 0.3, 1.3].map((s) => expect.closeTo(s)),
    );
    const { probeSeconds, checkSeconds, dnsSeconds, cachesSeconds } = result.moved ?? {};
    expect(checkSeconds).toBeGreaterThanOrEqual(0.2);
    expect(
      [probeSeconds, checkSeconds, dnsSeconds, cachesSeconds].every((at) => typeof at === 'number'),
    ).toBe(true);
    expect(cachesSeconds).toBeGreaterThan(dnsSeconds ?? Number.NaN);
    for (const stage of ['health checks to turn', 'resolvers have forgotten'])
      expect(shown.some((line) => line.includes(stage))).toBe(true);
    const table = renderEvacuation(result, { nowMs: Date.now(), address: ' --twin http://twin' });
    expect(table).toMatch(/30 min\), then it returns by itself/);
    expect(table).toContain('npm run restore -- eu-west-1 --twin http://twin');
  });

  test('evacuateRegion() does not wait when it is told not to', async () => {
    const { platform } = await start();
    const { terminal } = listeningTerminal();
    const { moved } = await evacuateRegion(platform, { ...order, wait: false, terminal });
    expect(moved).toBeNull();
  });

  test('evacuateRegion() asks nobody when no peer is well, and says what each said', async () => {
    const { twin: running, platform } = await start({
      health: { 'eu-central-1': { status: 503, reasons: ['table-unreachable'] } },
    });
    const { terminal } = listeningTerminal();
    await expect(evacuateRegion(platform, { ...order, terminal })).rejects.toThrow(
      /Cannot evacuate eu-west-1: no region .* \(eu-central-1: HTTP 503 \(table-unreachable\)\)/,
    );
    expect(running.requests).toEqual([]);
  });

  test('evacuateRegion() asks the peer that is named even when it is not well, which has the last word', async () => {
    const { platform } = await start({
      health: { 'eu-central-1': { status: 503, reasons: ['evacuated'] } },
      refusal: {
        status: 409,
        body: {
          detail: 'Cannot evacuate eu-west-1: eu-central-1 is evacuated itself',
          remedy: 'Ask another region.',
        },
      },
    });
    const { terminal } = listeningTerminal();
    await expect(evacuateRegion(platform, { ...order, via: 'eu-central-1', terminal })).rejects.toThrow(
      'Cannot evacuate eu-west-1: eu-central-1 is evacuated itself. Ask another region.',
    );
  });

  test.each([
    [{ region: 'eu-west-9' }, /'eu-west-9' is no region of this platform, one of eu-west-1, eu-central-1/],
    [{ via: 'nowhere' }, /'nowhere' is no region/],
    [{ via: 'eu-west-1' }, /--via names eu-west-1 itself/],
  ])('evacuateRegion() refuses %j before it asks anybody', async (changes, message) => {
    const { twin: running, platform } = await start();
    const { terminal } = listeningTerminal();
    await expect(evacuateRegion(platform, { ...order, ...changes, terminal })).rejects.toThrow(message);
    expect(running.requests).toEqual([]);
  });

  test('evacuateRegion() says what stands in the way when traffic does not move in time', async () => {
    const { platform } = await start({ doChecksTurn: false });
    const { terminal } = listeningTerminal(50);
    await expect(evacuateRegion(platform, { ...order, terminal })).rejects.toThrow(
      /has not left eu-west-1, still waiting for Route 53's health checks to turn[\s\S]*gsp-main-eu-west-1-evacuated is healthy \(inverted\), checkers saw: HTTP 200/,
    );
  });

  test("evacuateRegion() ends with the caller's reason when it is interrupted while it waits", async () => {
    const { platform } = await start({ timeScale: 1 });
    const { terminal, shown } = listeningTerminal();
    const stop = new AbortController();
    const evacuating = evacuateRegion(platform, { ...order, signal: stop.signal, terminal });
    const ended = expect(evacuating).rejects.toThrow();
    await expect
      .poll(() => shown.some((line) => line.includes('health checks to turn')), { timeout: 5_000 })
      .toBe(true);
    stop.abort(new Error('told to end'));
    await ended;
  });

  test('evacuateRegion() asks for confirmation on a deployed platform and changes nothing when it is refused', async () => {
    const { twin: running, platform } = await start();
    const { terminal, questions } = listeningTerminal();
    const cloud: Platform = { ...platform, kind: 'cloud' };
    const refusing = { ...terminal, confirm: () => Promise.reject(new Error('no')) };
    await expect(evacuateRegion(cloud, { ...order, terminal: refusing })).rejects.toThrow('no');
    expect(running.requests).toEqual([]);
    await evacuateRegion(cloud, { ...order, wait: false, terminal });
    expect(questions).toHaveLength(1);
    await evacuateRegion(cloud, { ...order, wait: false, yes: true, terminal });
    expect(questions).toHaveLength(1);
  });
});

describe('restoreRegion()', () => {
  test('restoreRegion() waits until DNS names the primary again', async () => {
    const { twin: running, platform } = await start();
    const { terminal } = listeningTerminal();
    await evacuateRegion(platform, { ...order, terminal });
    const result = await restoreRegion(platform, {
      region: 'eu-west-1',
      yes: false,
      wait: true,
      signal,
      terminal,
    });
    expect(running.requests.at(-1)).toBe('DELETE eu-central-1 /control/evacuations/eu-west-1');
    expect(result.moved).toMatchObject({ dnsSeconds: expect.any(Number), cachesSeconds: null });
    expect(result.moved?.checkSeconds).toBeGreaterThanOrEqual(0.2);
    expect(renderRestore(result, { address: '' })).toMatch(/In service +│ eu-west-1/);
  });

  test('restoreRegion() asks a peer that is not well when there is no better one', async () => {
    const { twin: running, platform } = await start({
      health: { 'eu-central-1': { status: 503, reasons: ['evacuated'] } },
    });
    const { terminal } = listeningTerminal();
    await restoreRegion(platform, { region: 'eu-west-1', yes: false, wait: true, signal, terminal });
    expect(running.requests).toEqual(['DELETE eu-central-1 /control/evacuations/eu-west-1']);
  });
});

describe('renderEvacuationList()', () => {
  test('renderEvacuationList() tells what is in force, what is over, and who did it', async () => {
    const { platform } = await start();
    const { terminal } = listeningTerminal();
    const { regions, credentials } = platform;
    const list = () => listEvacuations({ regions, credentials, signal });
    expect(renderEvacuationList(await list(), 0)).toMatch(/No region is evacuated/);
    await evacuateRegion(platform, { ...order, wait: false, terminal });
    const inForce = renderEvacuationList(await list(), Date.now());
    expect(inForce).toMatch(/eu-west-1 .*30 min/);
    expect(inForce).toMatch(/Audit trail:/);
    await restoreRegion(platform, { region: 'eu-west-1', yes: false, wait: false, signal, terminal });
    const over = renderEvacuationList(await list(), Date.now());
    expect(over).toMatch(/No region is evacuated\.[\s\S]*Not in force/);
  });
});

describe('twinPlatform()', () => {
  test('twinPlatform() says how to start one when nothing answers', async () => {
    await expect(twinPlatform('http://127.0.0.1:1', signal)).rejects.toThrow(
      /Cannot reach the twin.*npm start/,
    );
  });
});
