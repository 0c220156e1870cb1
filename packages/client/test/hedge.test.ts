import { describe, expect, it } from 'vitest';
import { central, createScriptedClient, west } from './support/scripted-client.ts';
import { broken, good, hanging, problem, type Script } from './support/scripted-transport.ts';

const key = { pk: 'demo', sk: 'a' };

/** Answers of the first region come after `westMs`, those of the second after 10 ms. */
function slowWest(westMs: number): Script {
  return ({ region }) => good(region, { from: region }, { afterMs: region === west ? westMs : 10 });
}

describe('createClient() hedges', () => {
  it('a read after 100 ms as long as it knows nothing of the region, and takes the first answer', async () => {
    const { client, drive, transport, events } = createScriptedClient(slowWest(400));
    const { answer } = await drive(client.getItem(key));
    expect(answer).toMatchObject({ region: central, attempts: 2, latencyMs: 110 });
    expect(transport.sent.map(({ atMs }) => atMs)).toEqual([1_000, 1_100]);
    expect(events.attempt).toMatchObject([
      { kind: 'hedge', outcome: 'answered' },
      { region: west, kind: 'first', outcome: 'abandoned', latencyMs: 110 },
    ]);
  });

  it('and aborts the hedge when the first answer comes after all', async () => {
    const { client, drive, transport, events } = createScriptedClient(({ region }) =>
      region === west ? good(west, {}, { afterMs: 150 }) : hanging,
    );
    const { answer } = await drive(client.getItem(key));
    expect(answer.region).toBe(west);
    expect(transport.sent.map(({ request }) => request.signal.aborted)).toEqual([false, true]);
    expect(events.attempt).toMatchObject([
      { region: west, outcome: 'answered' },
      { region: central, kind: 'hedge', outcome: 'abandoned', latencyMs: 50 },
    ]);
  });

  it('after the p95 of the region once it knows that', async () => {
    const { client, drive, transport } = createScriptedClient((_, index) =>
      good(west, {}, { afterMs: index < 20 ? 30 : 400 }),
    );
    for (let call = 0; call < 20; call += 1) await drive(client.getItem(key, { region: west }));
    const startedAtMs = transport.sent.at(-1)?.atMs ?? 0;
    await drive(client.getItem(key, { session: null }));
    const [first, hedge] = transport.sent.slice(20);
    expect(startedAtMs).toBeGreaterThan(0);
    expect((hedge?.atMs ?? 0) - (first?.atMs ?? 0)).toBe(30);
  });

  it('waits for the hedge when the first fails, and for the first when the hedge fails', async () => {
    const failing: Script = ({ region }) =>
      region === west ? { afterMs: 120 } : good(central, {}, { afterMs: 60 });
    const one = createScriptedClient(failing);
    expect((await one.drive(one.client.getItem(key))).answer).toMatchObject({ region: central, attempts: 2 });
    const other = createScriptedClient(({ region }) =>
      region === west ? good(west, {}, { afterMs: 300 }) : broken,
    );
    expect((await other.drive(other.client.getItem(key))).answer).toMatchObject({
      region: west,
      attempts: 2,
    });
  });

  it('goes on as after any failure when both fail', async () => {
    const { client, drive, asked } = createScriptedClient((_, index) =>
      index < 2 ? { afterMs: 120 } : good(west),
    );
    await drive(client.getItem(key));
    expect(asked().slice(0, 2)).toEqual([west, central]);
    expect(asked()).toHaveLength(3);
  });

  it('takes a problem that no other attempt would change as the answer', async () => {
    const { client, failureOf } = createScriptedClient(({ region }) =>
      region === west ? hanging : problem(central, 'item-not-found'),
    );
    expect(await failureOf(client.getItem(key))).toMatchObject({ code: 'item-not-found', region: central });
  });

  it('no write, ever', async () => {
    const { client, drive, asked } = createScriptedClient(slowWest(900));
    await drive(client.putItem({ ...key, data: 1 }));
    await drive(client.incrementCounter({ id: 'v' }));
    await drive(client.deleteItem(key));
    expect(asked()).toEqual([west, west, west]);
  });

  it('no read whose region the caller chose, none when told not to, none without budget', async () => {
    const pinned = createScriptedClient(slowWest(900));
    await pinned.drive(pinned.client.getItem(key, { region: west }));
    expect(pinned.asked()).toEqual([west]);
    const off = createScriptedClient(slowWest(900), { hedge: false });
    await off.drive(off.client.getItem(key));
    expect(off.asked()).toEqual([west]);
    const poor = createScriptedClient(slowWest(900), { retryBudget: { ratio: 0, reserve: 0 } });
    await poor.drive(poor.client.getItem(key));
    expect(poor.asked()).toEqual([west]);
  });

  it('no more than its share of the retry budget, so that failovers find some of it left', async () => {
    const { client, clock, events } = createScriptedClient((_, index) =>
      good(west, {}, { afterMs: index < 110 ? 300 : 600 }),
    );
    const calls = Promise.all(Array.from({ length: 100 }, () => client.getItem(key)));
    await clock.run(1_000);
    await calls;
    // A tenth of the reserve of 100, and half of the ratio of 0.1, of which the bucket holds no more than that tenth.
    expect(events.attempt.filter(({ kind }) => kind === 'hedge')).toHaveLength(10);
    const more = Promise.all(Array.from({ length: 100 }, () => client.getItem(key)));
    await clock.run(1_000);
    await more;
    expect(events.attempt.filter(({ kind }) => kind === 'hedge')).toHaveLength(15);
  });

  it('into no region that failed lately', async () => {
    const { client, drive, failureOf, asked } = createScriptedClient(({ region }) =>
      region === west ? good(west, {}, { afterMs: 300 }) : broken,
    );
    for (let call = 0; call < 3; call += 1) {
      await failureOf(client.writeItem({}, { region: central, idempotencyKey: null }));
    }
    const before = asked().length;
    await drive(client.getItem(key));
    expect(asked().slice(before)).toEqual([west]);
  });
});
