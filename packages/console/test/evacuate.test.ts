import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evacuate, listEvacuations, restore } from '../src/evacuation/evacuate.ts';
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
const inForce = { status: 200, body: { evacuation: { region: 'a', inForce: true } } };
const unwell = { status: 503, body: { ok: false, reasons: ['table-write-timeout'] } };

function operator(signal: AbortSignal = AbortSignal.timeout(10_000)) {
  return { regions: [a, b, c], credentials: async () => OPERATOR, signal };
}

describe('evacuate()', () => {
  it('asks the first peer that is well, with a signature that holds there', async () => {
    b.health = unwell;
    c.control = inForce;
    expect(await evacuate(request, operator())).toBe('c');
    expect(c.signed).toEqual([
      'PUT /control/evacuations/a {"reason":"deploy looks wrong","expiresInSeconds":1800}',
    ]);
    expect([...a.signed, ...b.signed]).toEqual([]);
  });

  it('fails when no peer is well, and asks none', async () => {
    b.health = unwell;
    await c.close();
    const failure = evacuate(request, operator());
    await expect(failure).rejects.toMatchObject({
      name: 'EvacuationError',
      message: expect.stringContaining('b: HTTP 503 (table-write-timeout); c: It cannot be reached'),
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

  it('fails with the remedy when the region that was asked refuses', async () => {
    b.control = { status: 409, body: { detail: 'b is evacuated itself', remedy: 'Ask another region.' } };
    await expect(evacuate(request, operator())).rejects.toMatchObject({
      message: 'Cannot evacuate a: b is evacuated itself.',
      remedy: 'Ask another region.',
    });
  });

  it('fails when it was noted but is void beside older evacuations', async () => {
    b.control = { status: 200, body: { evacuation: { region: 'a', inForce: false } } };
    await expect(evacuate(request, operator())).rejects.toThrow('no region in service');
  });

  it('fails with what to attach when the key is not the operator’s', async () => {
    const stranger = { ...OPERATOR, secretAccessKey: 'another' };
    const failure = evacuate(request, { ...operator(), credentials: async () => stranger });
    await expect(failure).rejects.toMatchObject({ remedy: expect.stringContaining('operator-b') });
  });

  it('rejects with the signal’s reason when the page has gone', async () => {
    const reason = new Error('gone');
    await expect(evacuate(request, operator(AbortSignal.abort(reason)))).rejects.toBe(reason);
  });
});

describe('restore()', () => {
  it('asks a peer that only answers when none is well, as it need only note it', async () => {
    b.health = c.health = unwell;
    expect(await restore('a', operator())).toBe('b');
    expect(b.signed).toEqual(['DELETE /control/evacuations/a']);
  });
});

describe('listEvacuations()', () => {
  it('gives what a region that is well knows', async () => {
    a.health = unwell;
    b.control = { status: 200, body: { evacuations: [], audit: [] } };
    expect(await listEvacuations(operator())).toEqual({ evacuations: [], audit: [] });
  });
});
