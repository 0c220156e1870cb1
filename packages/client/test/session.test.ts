import { encodeSession, readSessionToken } from '@gsp/platform/contract';
import { describe, expect, it } from 'vitest';
import { isProblemError, isSessionBehindError } from '../src/client-error.ts';
import { createSession } from '../src/session.ts';
import { central, createScriptedClient, west } from './support/scripted-client.ts';
import { good, problem, type SentRequest } from './support/scripted-transport.ts';

const key = { pk: 'demo', sk: 'a' };

/** The token of a session that has seen one item, which is named by one hexadecimal digit. */
function seen(item: string, dot = 5): string {
  return encodeSession([
    { item: item.repeat(16), region: west, dot, count: dot, updatedAtMs: 1_000 + dot, until: 2_000_000_000 },
  ]);
}

function itemsOf(token: string | undefined): readonly string[] {
  return (readSessionToken(token ?? '') ?? []).map(({ item }) => item.slice(0, 1)).sort();
}

const tokenOf = ({ request }: SentRequest) => request.headers['x-session'];

describe('createClient() carries the session', () => {
  it('from each answer to the next request, on the operations that follow it alone', async () => {
    const { client, drive, transport } = createScriptedClient(({ region }) =>
      good(region, {}, { headers: { 'x-session': seen('a') } }),
    );
    await drive(client.writeItem({}));
    await drive(client.getItem(key));
    await drive(client.listItems({ pk: 'demo' }));
    await drive(client.getCounter({ id: 'v' }));
    expect(transport.sent.map(tokenOf)).toEqual([undefined, seen('a'), undefined, undefined]);
    expect(client.session.token).toBe(seen('a'));
  });

  it('so that calls under way together do not forget what each other saw', async () => {
    const { client, clock } = createScriptedClient((_, index) =>
      good(
        west,
        {},
        { afterMs: 30 - 10 * index, headers: { 'x-session': seen(['a', 'b', 'c'][index] ?? 'd') } },
      ),
    );
    const calls = Promise.all([client.writeItem({}), client.putItem(key), client.getItem(key)]);
    await clock.run(50);
    await calls;
    expect(itemsOf(client.session.token)).toEqual(['a', 'b', 'c']);
  });

  it('of the call when it has one of its own, and none when it wants none', async () => {
    const { client, drive, transport } = createScriptedClient(() =>
      good(west, {}, { headers: { 'x-session': seen('b') } }),
    );
    const session = createSession(seen('a'));
    await drive(client.getItem(key, { session }));
    await drive(client.getItem(key, { session: null }));
    expect(transport.sent.map(tokenOf)).toEqual([seen('a'), undefined]);
    expect(itemsOf(session.token)).toEqual(['a', 'b']);
    expect(client.session.token).toBeUndefined();
  });

  it('but not from a read that was answered after its call had ended', async () => {
    const late = {
      ...good(west, {}, { afterMs: 900, headers: { 'x-session': seen('a') } }),
      ignoresAbort: true,
    };
    const { client, failureOf, clock } = createScriptedClient(() => late, { hedge: false });
    await failureOf(client.getItem(key, { timeoutMs: 100 }));
    await clock.run(2_000);
    expect(client.session.token).toBeUndefined();
  });

  it('and from a write that was answered late, in the region that was given up', async () => {
    const late = {
      ...good(west, {}, { afterMs: 1_500, headers: { 'x-session': seen('a') } }),
      ignoresAbort: true,
    };
    const { client, drive, clock, events } = createScriptedClient(({ region }) =>
      region === west ? late : good(central, {}, { headers: { 'x-session': seen('b') } }),
    );
    const { answer } = await drive(client.writeItem({}));
    expect(answer.region).toBe(central);
    await clock.run(2_000);
    expect(itemsOf(client.session.token)).toEqual(['a', 'b']);
    expect(events.attempt).toHaveLength(2);
    expect(events.call).toHaveLength(1);
  });
});

describe('createClient() reads what the session has seen', () => {
  const session = () => createSession(seen('a'));

  it('in the region that the one which is behind names, at once', async () => {
    const { client, drive, asked } = createScriptedClient(
      ({ region }) =>
        region === west ? problem(west, 'replica-behind', { afterMs: 5, ahead: central }) : good(central),
      { hedge: false },
    );
    const { answer } = await drive(client.getItem(key, { session: session() }));
    expect(asked()).toEqual([west, central]);
    expect(answer.latencyMs).toBe(15);
    expect(client.regions().every(({ state }) => state === 'closed')).toBe(true);
  });

  it('in the named region also when that is evacuated, as it answers all the same', async () => {
    const evacuated = { 'x-region-status': 'evacuated' };
    const { client, drive, asked } = createScriptedClient(({ region }) =>
      region === west
        ? good(west, {}, { headers: evacuated })
        : problem(central, 'replica-behind', { afterMs: 20, ahead: west }),
    );
    await drive(client.writeItem({}, { session: null }));
    const { answer } = await drive(client.getItem(key, { session: session() }));
    expect(asked()).toEqual([west, central, west]);
    expect(answer.region).toBe(west);
  });

  it('here, again and again within its deadline, when no other region is named', async () => {
    const { client, drive, transport } = createScriptedClient((_, index) =>
      index < 3 ? problem(west, 'replica-behind', { afterMs: 50 }) : good(west),
    );
    await drive(client.getItem(key, { session: session() }));
    const sentAtMs = transport.sent.map(({ atMs }) => atMs - 1_000);
    expect(transport.sent.map(({ region }) => region)).toEqual([west, west, west, west]);
    // What the answer asks for is a second; what it waits for is there in less, mostly.
    expect(sentAtMs.at(-1)).toBeLessThan(3 * 50 + 50 + 100 + 200);
  });

  it('here until its deadline, however many requests that takes, and pays with nothing that failures need', async () => {
    const caughtUpMs = 25_000;
    const { client, clock, drive, failureOf, asked } = createScriptedClient(
      ({ atMs }) =>
        atMs < startedAtMs + caughtUpMs ? problem(west, 'replica-behind') : good(west, {}, { afterMs: 1 }),
      { regions: [west], retryBudget: { ratio: 0, reserve: 1 }, timeoutMs: 30_000 },
    );
    const startedAtMs = clock.nowMs();
    const { answer } = await drive(client.getItem(key, { session: session() }));
    expect(answer.latencyMs).toBeGreaterThanOrEqual(caughtUpMs);
    expect(asked().length).toBeGreaterThan(20);
    // At most a second between two requests, half of it on average, after the first few.
    expect(asked().length).toBeLessThan(100);
    expect(client.regions()).toMatchObject([{ state: 'closed' }]);
    const sent = asked().length;
    await failureOf(client.getItem(key, { timeoutMs: 1 }));
    expect(asked()).toHaveLength(sent + 1);
  });

  it('and has as many requests left for failures as any call', async () => {
    const { client, failureOf, asked } = createScriptedClient(
      (_, index) => (index < 15 ? problem(west, 'replica-behind') : problem(west, 'item-contended')),
      { regions: [west], timeoutMs: 60_000 },
    );
    const error = await failureOf(client.getItem(key, { session: session() }), 60_000);
    expect(isProblemError(error, 'item-contended')).toBe(true);
    expect(asked()).toHaveLength(15 + 10);
  });

  it('here as well when the named region fails', async () => {
    const { client, drive, failureOf, asked } = createScriptedClient(({ region }, index) => {
      if (region === central) return { afterMs: 5 };
      return index < 4 ? problem(west, 'replica-behind', { afterMs: 50, ahead: central }) : good(west);
    });
    for (let call = 0; call < 3; call += 1) {
      await failureOf(client.writeItem({}, { region: central, idempotencyKey: null }));
    }
    await drive(client.getItem(key, { session: session() }));
    expect(asked().slice(3)).toEqual([west, west]);
  });

  it('or says that no region has it', async () => {
    const { client, failureOf, events } = createScriptedClient(
      ({ region }) =>
        problem(region, 'replica-behind', { afterMs: 20, ahead: region === west ? central : west }),
      { hedge: false },
    );
    const error = await failureOf(client.getItem(key, { session: session() }));
    expect(isSessionBehindError(error)).toBe(true);
    expect(isProblemError(error, 'replica-behind')).toBe(true);
    expect(error).toMatchObject({ aheadRegion: expect.any(String), status: 503, retryable: true });
    expect(events.call).toMatchObject([{ outcome: 'failed', reason: 'replica-behind' }]);
  });

  it('in the chosen region alone when the caller chose one', async () => {
    const { client, failureOf, asked } = createScriptedClient(() =>
      problem(west, 'replica-behind', { afterMs: 10, ahead: central }),
    );
    await failureOf(client.getItem(key, { session: session(), region: west }));
    expect(new Set(asked())).toEqual(new Set([west]));
  });
});
