import { readFile, stat } from 'node:fs/promises';
import { sendSignedRequest } from '@gsp/client/operator';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { calmTwin } from '../browser/support/calm-twin.ts';
import { eventually } from './support/eventually.ts';
import { startTwinProcess, type TwinProcess } from './support/twin-process.ts';

/** An operator takes the primary out while it works, and brings it back, over HTTP and DNS only. */
const TIME_SCALE = 20;
const [PRIMARY, SECONDARY] = ['eu-west-1', 'eu-central-1'] as const;
const LIMIT_MS = 45_000;
const PATH = `/control/evacuations/${PRIMARY}`;
const BODY = { reason: 'a drill', expiresInSeconds: 600 };

let twin: TwinProcess;

beforeAll(async () => {
  const scale = ['--time-scale', String(TIME_SCALE)];
  twin = await startTwinProcess({ args: [...scale, '--lag', '0..20', '--no-watch'] });
});
beforeEach(() => calmTwin(twin));
afterAll(() => twin?.end());

async function answeredRegion(): Promise<string | undefined> {
  const { route53 } = await twin.state();
  if (route53?.checks.every(({ since }) => since !== '') !== true) return undefined;
  return route53.answers.find(({ name }) => name === 'api.gsp.test')?.regions.join();
}

async function signed(region: string, method: 'GET' | 'PUT' | 'DELETE', path: string, body?: object) {
  const { credentialsFile } = await twin.state();
  return sendSignedRequest(
    { method, path, ...(body && { body }) },
    {
      endpoint: twin.region(region).api,
      region,
      credentials: async () => JSON.parse(await readFile(credentialsFile, 'utf8')),
    },
  );
}

const probe = (region: string) =>
  fetch(`${twin.region(region).api}${PATH}`, { signal: AbortSignal.timeout(5_000) });

/** Sends a request to the global endpoint over and over; every one must be answered well. */
function keepAsking() {
  const seen = { regions: new Set<string>(), failures: [] as string[], count: 0 };
  let isStopped = false;
  const loop = async () => {
    while (!isStopped) {
      const method = seen.count % 2 === 0 ? 'GET' : 'POST';
      const response = await fetch(`${twin.ready.global}${method === 'GET' ? '/items/steady' : '/write'}`, {
        method,
        ...(method === 'POST' && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ pk: 'steady' }),
        }),
        signal: AbortSignal.timeout(5_000),
      }).catch((error: unknown) => String(error));
      seen.count += 1;
      if (typeof response === 'string') seen.failures.push(response);
      else {
        await response.arrayBuffer();
        if (response.status !== 200) seen.failures.push(`HTTP ${response.status}`);
        seen.regions.add(response.headers.get('x-region') ?? '');
      }
    }
  };
  const loops = [loop(), loop()];
  const stop = async () => {
    isStopped = true;
    await Promise.all(loops);
  };
  onTestFinished(stop);
  return { seen, stop };
}

describe('an evacuation', () => {
  test('is refused without a signature, with a wrong one, and by the region itself', async () => {
    const put = (headers: Record<string, string> = {}) =>
      fetch(`${twin.region(SECONDARY).api}${PATH}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(BODY),
      });
    expect((await put()).status).toBe(403);
    expect((await put({ authorization: 'AWS4-HMAC-SHA256 Credential=x' })).status).toBe(403);
    const itself = await signed(PRIMARY, 'PUT', PATH, BODY);
    expect(itself).toMatchObject({
      status: 409,
      body: { type: expect.stringContaining('evacuation-refused') },
    });
    expect((await probe(SECONDARY)).status).toBe(404);
    const { mode } = await stat((await twin.state()).credentialsFile);
    expect(mode & 0o777).toBe(0o600);
  });

  test('moves traffic away and back again without a failed request, and leaves a trail', async () => {
    const asking = keepAsking();
    const put = await signed(SECONDARY, 'PUT', PATH, BODY);
    expect(put).toMatchObject({ status: 200, body: { evacuation: { region: PRIMARY, inForce: true } } });
    // An environment gives what it knows again for a second.
    await eventually(async () => (await probe(SECONDARY)).status === 200, { limitMs: LIMIT_MS });
    expect(await (await probe(SECONDARY)).json()).toEqual({
      evacuated: true,
      region: PRIMARY,
      expiresAt: expect.any(String),
    });
    await eventually(() => asking.seen.regions.has(SECONDARY), { limitMs: LIMIT_MS });
    expect(await answeredRegion()).toBe(SECONDARY);
    // The region that is evacuated has heard of it and agrees; it serves whoever still comes.
    await eventually(async () => (await probe(PRIMARY)).status === 200, { limitMs: LIMIT_MS });
    const health = await fetch(`${twin.region(PRIMARY).api}/health`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({ ok: false, reasons: ['evacuated'] });

    const last = await signed(SECONDARY, 'PUT', `/control/evacuations/${SECONDARY}`, BODY);
    expect(last.status).toBe(409);
    const viaEvacuated = await signed(PRIMARY, 'PUT', `/control/evacuations/${SECONDARY}`, BODY);
    expect(viaEvacuated).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('evacuated') },
    });

    expect((await signed(SECONDARY, 'DELETE', PATH)).status).toBe(204);
    await eventually(async () => (await probe(SECONDARY)).status === 404, { limitMs: LIMIT_MS });
    asking.seen.regions.clear();
    await eventually(() => asking.seen.regions.has(PRIMARY), { limitMs: LIMIT_MS });
    await asking.stop();
    expect(asking.seen.failures).toEqual([]);
    expect(asking.seen.count).toBeGreaterThan(50);

    const { status, body } = await signed(SECONDARY, 'GET', '/control/evacuations');
    expect(status).toBe(200);
    const { evacuations, audit } = body as { evacuations: unknown; audit: readonly unknown[] };
    expect(evacuations).toMatchObject([{ region: PRIMARY, inForce: false }]);
    // Newest first; a second try of this test finds what the first one has left below.
    expect(audit.slice(0, 2)).toMatchObject([
      {
        act: 'restore',
        region: PRIMARY,
        askedIn: SECONDARY,
        by: expect.stringContaining(':user/operator'),
      },
      { act: 'evacuate', region: PRIMARY, askedIn: SECONDARY, reason: 'a drill' },
    ]);
    expect((await fetch(`${twin.region(SECONDARY).api}/control/evacuations`)).status).toBe(403);
  });

  test('that was void stays so when the other of two from a cut ends', async () => {
    const links = [
      [PRIMARY, SECONDARY],
      [SECONDARY, PRIMARY],
    ] as const;
    const cut = async (kind: 'cut' | 'heal') => {
      for (const link of links) expect((await twin.fault({ link, kind })).status).toBe(200);
    };
    const statusOf = async (target: string, asked: string) => {
      const url = `${twin.region(asked).api}/control/evacuations/${target}`;
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      await response.arrayBuffer();
      return response.status;
    };
    const everywhere = async (target: string) =>
      Promise.all([PRIMARY, SECONDARY].map((asked) => statusOf(target, asked)));
    const until = (target: string, status: number) =>
      eventually(async () => (await everywhere(target)).every((found) => found === status), {
        limitMs: LIMIT_MS,
      });
    const ofSecondary = `/control/evacuations/${SECONDARY}`;
    for (const end of ['restore', 'expiry']) {
      await cut('cut');
      const older = { reason: 'older', expiresInSeconds: 1_800 };
      const younger = { reason: 'younger', expiresInSeconds: 86_400 };
      expect((await signed(PRIMARY, 'PUT', ofSecondary, older)).status).toBe(200);
      expect((await signed(SECONDARY, 'PUT', PATH, younger)).status).toBe(200);
      await eventually(async () => (await statusOf(PRIMARY, SECONDARY)) === 200, { limitMs: LIMIT_MS });
      await cut('heal');
      await until(SECONDARY, 200);
      await until(PRIMARY, 404);
      if (end === 'restore') expect((await signed(SECONDARY, 'DELETE', ofSecondary)).status).toBe(204);
      else
        for (const region of [PRIMARY, SECONDARY])
          await twin.fault({ region, kind: 'clock', offsetMs: 1_801_000 });
      await until(SECONDARY, 404);
      // What a region knows is given again for a second: the next reads are of after the end.
      const { body } = await signed(PRIMARY, 'GET', '/control/evacuations');
      expect(body).toMatchObject({
        evacuations: [
          { region: SECONDARY, inForce: false },
          { region: PRIMARY, inForce: false },
        ],
      });
      expect(await everywhere(PRIMARY)).toEqual([404, 404]);
    }
    for (const region of [PRIMARY, SECONDARY]) await twin.fault({ region, kind: 'clock', offsetMs: 0 });
  });

  test('holds although the region that is evacuated cannot hear of it, and over a kill of the one that knows', async () => {
    await twin.fault({ link: [SECONDARY, PRIMARY], kind: 'cut' });
    expect((await signed(SECONDARY, 'PUT', PATH, BODY)).status).toBe(200);
    expect((await probe(PRIMARY)).status).toBe(404);
    await eventually(async () => (await answeredRegion()) === SECONDARY, { limitMs: LIMIT_MS });

    await twin.fault({ region: SECONDARY, kind: 'kill' });
    // Nobody who can be reached says any more that the primary is evacuated: it serves, as it can.
    await eventually(async () => (await answeredRegion()) === PRIMARY, { limitMs: LIMIT_MS });
    await twin.fault({ region: SECONDARY, kind: 'start' });
    await eventually(async () => (await answeredRegion()) === SECONDARY, { limitMs: LIMIT_MS });
    await twin.fault({ link: [SECONDARY, PRIMARY], kind: 'heal' });
    expect((await signed(SECONDARY, 'DELETE', PATH)).status).toBe(204);
    await eventually(async () => (await answeredRegion()) === PRIMARY, { limitMs: LIMIT_MS });
  });
});
