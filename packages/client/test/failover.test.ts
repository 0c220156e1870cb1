import { describe, expect, it } from 'vitest';
import { isProblemError, isRegionsUnavailableError } from '../src/client-error.ts';
import { central, createScriptedClient, west } from './support/scripted-client.ts';
import { answer, broken, good, hanging, problem, type Script } from './support/scripted-transport.ts';

const key = { pk: 'demo', sk: 'a' };

/** The first region does one thing, the second answers. */
function westDoes(behaviour: ReturnType<Script>): Script {
  return ({ region }) => (region === west ? behaviour : good(central, { item: 1 }));
}

describe('createClient() fails over', () => {
  it.each([
    ['a connection breaks', broken, 'no whole answer'],
    ['the status is 503', problem(west, 'table-unavailable'), 'table-unavailable'],
    ['the status is 429', problem(west, 'table-throttled'), 'table-throttled'],
    ['the status is 500', problem(west, 'internal-error'), 'internal-error'],
    ['a gateway answers 502', answer(502, '<html>'), 'status 502'],
    ['a 2xx is HTML', answer(200, '<html>hello</html>', { 'content-type': 'text/html' }), 'invalid-answer'],
    ['a 2xx is a page with our header', answer(200, '<p>', { 'x-region': west }), 'invalid-answer'],
    ['a 2xx is JSON but no object', answer(200, '[1]', { 'x-region': west }), 'invalid-answer'],
    ['a 2xx lacks x-region', answer(200, '{"item":1}'), 'invalid-answer'],
    ['the answer is a redirect', answer(302, ''), 'invalid-answer'],
  ])('at once when %s', async (_, behaviour, reason) => {
    const { client, drive, events, asked } = createScriptedClient(westDoes(behaviour));
    const { answer: facts } = await drive(client.putItem({ ...key, data: 1 }));
    expect(asked()).toEqual([west, central]);
    expect(facts).toMatchObject({ region: central, attempts: 2 });
    expect(facts.latencyMs).toBeLessThanOrEqual(21);
    expect(events.attempt).toMatchObject([
      { region: west, kind: 'first', outcome: 'failed', reason },
      { region: central, kind: 'failover', outcome: 'answered', status: 200 },
    ]);
    expect(events.call).toMatchObject([{ outcome: 'ok', region: central, attempts: 2 }]);
  });

  it('after the time of an attempt when a region hangs', async () => {
    const { client, drive, transport, events } = createScriptedClient(westDoes(hanging));
    await drive(client.writeItem({ data: 1 }));
    expect(transport.sent.map(({ region, atMs }) => [region, atMs])).toEqual([
      [west, 1_000],
      [central, 2_000],
    ]);
    expect(events.attempt[0]).toMatchObject({ outcome: 'timed-out', latencyMs: 1_000 });
  });

  it('with the same key, headers and body in every attempt, whatever the caller does to its data', async () => {
    const { client, drive, transport } = createScriptedClient(westDoes(hanging));
    const data = { list: [1] };
    const call = client.putItem({ ...key, data }, { ifNoneMatch: '*' });
    await Promise.resolve();
    data.list.push(2);
    await drive(call);
    const [first, second] = transport.sent.map(({ request }) => request);
    expect(first?.body).toEqual({ data: { list: [1] } });
    expect(second?.body).toEqual(first?.body);
    expect(second?.headers).toEqual(first?.headers);
    expect(first?.headers['idempotency-key']).toMatch(/^id-/);
  });

  it('asks the same region again after a wait when all have failed, and gives up when that would take too long', async () => {
    const { client, failureOf, asked, clock, transport } = createScriptedClient(() => broken);
    const error = await failureOf(client.getItem(key, { timeoutMs: 1_000 }));
    expect(isRegionsUnavailableError(error)).toBe(true);
    expect(error).toMatchObject({ message: expect.stringContaining(`${west}: no whole answer`) });
    expect(asked().slice(0, 2)).toEqual([west, central]);
    expect(asked().length).toBeGreaterThan(3);
    expect(clock.nowMs()).toBeLessThanOrEqual(2_000);
    const third = transport.sent[2];
    expect(third?.atMs).toBeGreaterThan(1_010);
  });

  it('waits as long as Retry-After says when every region asks for it', async () => {
    const { client, drive, transport } = createScriptedClient((_, index) =>
      index < 2 ? problem(index === 0 ? west : central, 'table-throttled', { retryAfter: 2 }) : good(west),
    );
    await drive(client.getCounter({ id: 'v' }));
    expect(transport.sent.map(({ atMs }) => atMs)).toEqual([1_000, 1_010, 3_010]);
  });

  it('fails at once when Retry-After outlasts the deadline', async () => {
    const { client, failureOf, clock } = createScriptedClient(({ region }) =>
      problem(region, 'table-throttled', { retryAfter: 9 }),
    );
    const error = await failureOf(client.getCounter({ id: 'v' }));
    expect(error).toMatchObject({ name: 'ProblemError', code: 'table-throttled', retryable: true });
    expect(clock.nowMs()).toBeLessThan(1_100);
  });

  it('asks no third time when two regions answered 500', async () => {
    const { client, failureOf, asked } = createScriptedClient(
      ({ region }) => problem(region, 'internal-error'),
      {
        regions: [west, central, 'us-east-1'],
      },
    );
    const error = await failureOf(client.listConflicts());
    expect(asked()).toEqual([west, central]);
    expect(isProblemError(error, 'internal-error')).toBe(true);
  });

  it('never for a problem that another attempt would not change', async () => {
    const { client, failureOf, asked, events } = createScriptedClient(({ region }) =>
      problem(region, 'item-changed'),
    );
    const error = await failureOf(client.putItem({ ...key, data: 1 }, { ifMatch: '"eu-west-1=1"' }));
    expect(asked()).toEqual([west]);
    expect(error).toMatchObject({ code: 'item-changed', status: 412, region: west, retryable: false });
    expect(error).toMatchObject({
      message: expect.stringContaining('Read the item again'),
      attempts: [{ region: west }],
    });
    expect(events.call).toMatchObject([{ outcome: 'refused', reason: 'item-changed', region: west }]);
  });

  it('never of a call whose region the caller chose, which is asked again', async () => {
    const { client, drive, asked } = createScriptedClient((_, index) =>
      index === 0 ? broken : good(central),
    );
    await drive(client.getItem(key, { region: central }));
    expect(asked()).toEqual([central, central]);
  });

  it('stays where writers contend, after a random wait', async () => {
    const { client, drive, transport } = createScriptedClient((_, index) =>
      index === 0 ? problem(west, 'item-contended') : good(west),
    );
    const { answer: facts } = await drive(client.incrementCounter({ id: 'v', by: 2 }));
    expect(transport.sent.map(({ region }) => region)).toEqual([west, west]);
    expect(facts.latencyMs).toBeGreaterThan(20);
  });

  it('stays where writers contend, though another region is preferred', async () => {
    const { client, drive, asked } = createScriptedClient((_, index) => {
      if (index === 0) return broken;
      return index === 1 ? problem(central, 'item-contended') : good(central);
    });
    await drive(client.writeItem({}));
    expect(asked()).toEqual([west, central, central]);
  });

  it('at once again in each round after a wait', async () => {
    const { client, drive, transport } = createScriptedClient((_, index) =>
      index < 3 ? broken : good(west),
    );
    await drive(client.writeItem({}));
    const [, , third, fourth] = transport.sent;
    expect(third?.region).not.toBe(fourth?.region);
    expect((fourth?.atMs ?? 0) - (third?.atMs ?? 0)).toBe(5);
  });

  it('rejects with what the transport threw when it is no TransportError, and blames no region', async () => {
    const oops = new TypeError('a bug of the transport');
    const { client } = createScriptedClient(() => {
      throw oops;
    });
    for (let call = 0; call < 4; call += 1) await expect(client.getItem(key)).rejects.toBe(oops);
    expect(client.regions().map(({ state }) => state)).toEqual(['closed', 'closed']);
  });

  it('to an evacuated region rather than to none', async () => {
    const { client, drive, asked } = createScriptedClient(({ region }, index) => {
      if (region === central) return good(central, {}, { headers: { 'x-region-status': 'evacuated' } });
      return index === 0 ? good(west) : broken;
    });
    await drive(client.getItem(key, { region: central }));
    const { answer: facts } = await drive(client.writeItem({}));
    expect(facts.region).toBe(central);
    expect(asked()).toEqual([central, west, central]);
  });
});
