import { describe, expect, it } from 'vitest';
import { central, createScriptedClient, type ScriptedClient, west } from './support/scripted-client.ts';
import { broken, good, hanging, type Script } from './support/scripted-transport.ts';

const key = { pk: 'demo', sk: 'a' };
const evacuated = { 'x-region-status': 'evacuated' };

/** Has a region fail until its breaker opens. */
async function openBreaker({ client, failureOf }: ScriptedClient, region: string): Promise<void> {
  for (let call = 0; call < 3; call += 1) {
    await failureOf(client.writeItem({}, { region, idempotencyKey: null }));
  }
}

const stateOf = ({ client }: ScriptedClient, region: string) =>
  client.regions().find((view) => view.region === region)?.state;

describe('createClient() avoids a region', () => {
  it('that failed three times, and tells of the failover once', async () => {
    const scripted = createScriptedClient(({ region }) => (region === west ? broken : good(central)));
    const { client, drive, asked, events } = scripted;
    for (let call = 0; call < 5; call += 1) await drive(client.writeItem({}));
    expect(asked()).toEqual([west, central, west, central, west, central, central, central]);
    expect(stateOf(scripted, west)).toBe('open');
    expect(events.failover).toMatchObject([{ from: west, to: central, reason: 'no whole answer' }]);
  });

  it('and lets one of a hundred calls find out whether it answers again', async () => {
    let isBack = false;
    const script: Script = ({ region }) =>
      region === central ? good(central) : isBack ? good(west, {}, { afterMs: 40 }) : broken;
    const scripted = createScriptedClient(script);
    const { client, clock, transport, events } = scripted;
    await openBreaker(scripted, west);
    await clock.run(1_000);
    expect(stateOf(scripted, west)).toBe('half-open');
    isBack = true;
    const before = transport.sent.length;
    const calls = Promise.all(Array.from({ length: 100 }, () => client.getItem(key)));
    await clock.run(5);
    const asked = transport.sent.slice(before).map(({ region }) => region);
    expect(asked.filter((region) => region === west)).toHaveLength(1);
    expect(asked).toHaveLength(100);
    await clock.run(200);
    await calls;
    expect(stateOf(scripted, west)).toBe('closed');
    expect(events.recovered).toMatchObject([{ region: west }]);
  });

  it('and the call that finds out that it does not answer yet is hedged', async () => {
    const scripted = createScriptedClient(({ region }) => (region === central ? good(central) : hanging));
    const { client, clock, drive } = scripted;
    await openBreaker(scripted, west);
    await clock.run(1_000);
    const { answer } = await drive(client.getItem(key));
    expect(answer).toMatchObject({ region: central, attempts: 2 });
    expect(answer.latencyMs).toBeLessThanOrEqual(110);
  });

  it('and hears of a region that is back, though its answer comes after that of the hedge', async () => {
    let isBack = false;
    const scripted = createScriptedClient(({ region }) =>
      region === central ? good(central) : isBack ? good(west, {}, { afterMs: 600 }) : broken,
    );
    const { client, clock, drive, events, engineClock } = scripted;
    await openBreaker(scripted, west);
    await clock.run(1_000);
    isBack = true;
    const { answer } = await drive(client.getItem(key));
    expect(answer).toMatchObject({ region: central, attempts: 2 });
    expect(stateOf(scripted, west)).toBe('half-open');
    await clock.run(600);
    expect(stateOf(scripted, west)).toBe('closed');
    expect(events.recovered).toMatchObject([{ region: west }]);
    expect(events.attempt.at(-1)).toMatchObject({ region: west, outcome: 'answered', latencyMs: 600 });
    expect(engineClock.pending).toBe(0);
  });

  it('and waits no longer for one that does not come back than an attempt may take', async () => {
    const scripted = createScriptedClient(({ region }) => (region === central ? good(central) : hanging));
    const { client, clock, drive, events, engineClock } = scripted;
    await openBreaker(scripted, west);
    await clock.run(1_000);
    await drive(client.getItem(key));
    await clock.run(1_000);
    expect(stateOf(scripted, west)).toBe('open');
    expect(events.attempt.at(-1)).toMatchObject({ region: west, outcome: 'timed-out' });
    expect(engineClock.pending).toBe(0);
  });

  it('and asks it no further once the client is closed', async () => {
    const scripted = createScriptedClient(({ region }) => (region === central ? good(central) : hanging));
    const { client, clock, drive, transport, engineClock } = scripted;
    await openBreaker(scripted, west);
    await clock.run(1_000);
    await drive(client.getItem(key));
    const probe = transport.sent.findLast(({ region }) => region === west);
    expect(probe?.request.signal.aborted).toBe(false);
    client.close();
    expect(probe?.request.signal.aborted).toBe(true);
    expect(engineClock.pending).toBe(0);
  });

  it('as long as there is a better one: with all of them open it asks nevertheless', async () => {
    let isBack = false;
    const scripted = createScriptedClient(({ region }) => (isBack ? good(region) : broken));
    await openBreaker(scripted, west);
    await openBreaker(scripted, central);
    expect(scripted.client.regions().map(({ state }) => state)).toEqual(['open', 'open']);
    isBack = true;
    const { answer } = await scripted.drive(scripted.client.writeItem({}));
    expect(answer.attempts).toBe(1);
  });

  it('whose answers say that it is evacuated, though it takes the answer', async () => {
    let headers: Readonly<Record<string, string>> = evacuated;
    const scripted = createScriptedClient(({ region }) =>
      good(region, {}, region === west ? { headers } : {}),
    );
    const { client, drive, asked, clock, events } = scripted;
    expect((await drive(client.writeItem({}))).answer.region).toBe(west);
    expect(client.regions()).toMatchObject([
      { region: central, state: 'closed', isPreferred: true },
      { region: west, state: 'evacuated', reason: 'evacuated' },
    ]);
    for (let call = 0; call < 4; call += 1) await drive(client.writeItem({}));
    expect(asked().slice(1)).toEqual([central, central, central, central]);
    headers = {};
    await clock.run(13_000);
    await drive(client.getItem(key));
    expect(asked().at(-1)).toBe(west);
    expect(stateOf(scripted, west)).toBe('closed');
    expect(events.recovered).toMatchObject([{ region: west }]);
  });

  it('but not when the caller asks for it', async () => {
    const scripted = createScriptedClient(({ region }) => (region === west ? broken : good(central)));
    await openBreaker(scripted, west);
    await scripted.failureOf(scripted.client.getItem(key, { region: west, timeoutMs: 20 }));
    expect(scripted.asked().at(-1)).toBe(west);
    await expect(scripted.client.getItem(key, { region: 'us-east-9' })).rejects.toThrow(
      'Cannot ask us-east-9: the client knows eu-west-1, eu-central-1, one of these is needed',
    );
  });
});
