import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkHealth } from '../../src/operator/choose-region.ts';
import { evacuate, listEvacuations, restore } from '../../src/operator/evacuations.ts';
import { OPERATOR, type RegionServer, startRegionServer } from './region-server.ts';

let a: RegionServer;
let b: RegionServer;
let c: RegionServer;

beforeEach(async () => {
  [a, b, c] = await Promise.all([startRegionServer('a'), startRegionServer('b'), startRegionServer('c')]);
});

afterEach(async () => {
  await Promise.all([a.close(), b.close(), c.close()]);
});

const request = { region: 'a', reason: 'deploy looks wrong', expiresInSeconds: 1_800 };
const evacuation = {
  region: 'a',
  reason: 'deploy looks wrong',
  issuedBy: 'arn:aws:iam::000000000000:user/operator',
  issuedIn: 'b',
  issuedAt: '2026-11-22T12:00:00.000Z',
  expiresAt: '2026-11-22T12:30:00.000Z',
  inForce: true,
};
const inForce = { status: 200, body: { evacuation } };
const unwell = { status: 503, body: { ok: false, reasons: ['table-write-timeout'] } };

function operator(signal: AbortSignal = AbortSignal.timeout(10_000)) {
  return { regions: [a, b, c], credentials: async () => OPERATOR, signal };
}

describe('evacuate()', () => {
  it('asks the first peer that is well, with a signature that holds there', async () => {
    b.health = unwell;
    c.control = inForce;
    expect(await evacuate(request, operator())).toEqual({ evacuation, via: 'c' });
    expect(c.signed).toEqual([
      'PUT /control/evacuations/a {"reason":"deploy looks wrong","expiresInSeconds":1800}',
    ]);
    expect([...a.signed, ...b.signed]).toEqual([]);
  });

  it('asks the region that is named, well or not', async () => {
    b.health = unwell;
    b.control = inForce;
    expect(await evacuate(request, { ...operator(), via: b })).toMatchObject({ via: 'b' });
  });

  it('fails when no peer is well, and asks none', async () => {
    b.health = unwell;
    await c.close();
    const failure = evacuate(request, operator());
    await expect(failure).rejects.toMatchObject({
      name: 'OperatorError',
      code: 'no-healthy-region',
      detail: expect.stringContaining('b: HTTP 503 (table-write-timeout); c: It cannot be reached'),
      remedy: expect.stringContaining('both-unhealthy'),
    });
    expect(b.signed).toEqual([]);
  });

  it('says which region to restore first when the peers are evacuated', async () => {
    b.health = c.health = { status: 503, body: { ok: false, reasons: ['evacuated'] } };
    await expect(evacuate(request, operator())).rejects.toMatchObject({
      remedy: expect.stringMatching(/^Restore the region that is evacuated first/),
    });
  });

  it('says what to add when there is no peer at all', async () => {
    await expect(evacuate(request, { ...operator(), regions: [a] })).rejects.toMatchObject({
      code: 'no-region',
      remedy: expect.stringContaining('topology.ts'),
    });
  });

  it('fails with the remedy when the region that was asked refuses', async () => {
    b.control = { status: 409, body: { detail: 'b is evacuated itself', remedy: 'Ask another region.' } };
    await expect(evacuate(request, operator())).rejects.toMatchObject({
      code: 'refused',
      message: 'Cannot evacuate a: b is evacuated itself. Ask another region.',
      remedy: 'Ask another region.',
    });
  });

  it('does not say twice what could not be done', async () => {
    b.control = { status: 409, body: { detail: 'Cannot evacuate a: it is the last.' } };
    await expect(evacuate(request, operator())).rejects.toMatchObject({
      detail: 'Cannot evacuate a: it is the last',
    });
  });

  it('says what it got where nobody explains', async () => {
    b.control = { status: 502, body: 'null' };
    await expect(evacuate(request, operator())).rejects.toThrow('b answered 502');
  });

  it('fails when it was noted but is void beside older evacuations', async () => {
    b.control = { status: 200, body: { evacuation: { ...evacuation, inForce: false } } };
    await expect(evacuate(request, operator())).rejects.toMatchObject({
      code: 'not-in-force',
      message: expect.stringContaining('no region in service'),
    });
  });

  it('fails with what to attach when the key is not the operator’s', async () => {
    const stranger = { ...OPERATOR, secretAccessKey: 'another' };
    const failure = evacuate(request, { ...operator(), credentials: async () => stranger });
    await expect(failure).rejects.toMatchObject({
      code: 'forbidden',
      detail: 'Cannot evacuate a: answered 403, b does not allow these credentials',
      remedy: expect.stringContaining('operator-b'),
    });
  });

  it.each([{}, { evacuation: { inForce: true } }, 'null'])(
    'fails when the region that was asked answers as another version would, with %j',
    async (body) => {
      b.control = { status: 200, body };
      await expect(evacuate(request, operator())).rejects.toMatchObject({ code: 'invalid-answer' });
    },
  );

  it('rejects with the signal’s reason when the caller has gone', async () => {
    const reason = new Error('gone');
    await expect(evacuate(request, operator(AbortSignal.abort(reason)))).rejects.toBe(reason);
  });
});

describe('restore()', () => {
  it('asks a peer that only answers when none is well, as it need only note it', async () => {
    b.health = c.health = unwell;
    expect(await restore('a', operator())).toEqual({ via: 'b' });
    expect(b.signed).toEqual(['DELETE /control/evacuations/a']);
  });
});

describe('listEvacuations()', () => {
  it('gives what a region that is well knows', async () => {
    a.health = unwell;
    const entry = { id: '1', act: 'evacuate', region: 'a', by: 'x', askedIn: 'b', at: evacuation.issuedAt };
    const body = { evacuations: [evacuation], audit: [entry] };
    b.control = { status: 200, body };
    expect(await listEvacuations(operator())).toEqual(body);
  });

  it('fails when what is listed is none of this version', async () => {
    a.control = { status: 200, body: { evacuations: [], audit: [{ act: 'evacuate' }] } };
    await expect(listEvacuations(operator())).rejects.toMatchObject({ code: 'invalid-answer' });
  });
});

describe('checkHealth()', () => {
  const { signal } = new AbortController();

  it('says how a region answers, or that it does not', async () => {
    expect(await checkHealth(a, { signal })).toEqual({
      region: 'a',
      isHealthy: true,
      isReachable: true,
      said: 'HTTP 200',
    });
    b.health = 'never';
    expect(await checkHealth(b, { signal, timeoutMs: 20 })).toEqual({
      region: 'b',
      isHealthy: false,
      isReachable: false,
      said: 'It cannot be reached from here: no answer within 20 ms',
    });
  });
});
