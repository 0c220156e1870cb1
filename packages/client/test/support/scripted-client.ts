import type { Entities, OwnRoutes } from '@gsp/platform/contract';
import type { Client, None } from '../../src/client.ts';
import type { ClientEvents } from '../../src/client-events.ts';
import type { ClientBehaviour } from '../../src/client-options.ts';
import { createClient } from '../../src/create-fetch-client.ts';
import { createEngineClock, type EngineClock } from './engine-clock.ts';
import { createFakeClock, type FakeClock, settle } from './fake-clock.ts';
import { createScriptedTransport, type Script, type ScriptedTransport } from './scripted-transport.ts';
import { createSeededRandom } from './seeded-random.ts';

/** The two regions of most tests. */
export const west = 'eu-west-1';
export const central = 'eu-central-1';

/** A client over a script, and everything to look at. */
export interface ScriptedClient<All extends Entities = None, Routes extends OwnRoutes = None> {
  readonly client: Client<All, Routes>;
  readonly clock: FakeClock;
  readonly engineClock: EngineClock;
  readonly transport: ScriptedTransport;
  readonly events: { readonly [Name in keyof ClientEvents]: readonly ClientEvents[Name][] };
  /** Regions in the order in which they were asked. */
  asked(): readonly string[];
  /** Moves the clock until a call has settled, and gives its value or error. */
  drive<T>(call: Promise<T>, limitMs?: number): Promise<T>;
  /** The same of a call that is to fail: gives what it rejected with. */
  failureOf(call: Promise<unknown>, limitMs?: number): Promise<unknown>;
}

/** What outputs say of entities and routes. */
export interface Defined {
  readonly entities?: object;
  readonly routes?: object;
}

/** Makes a client whose time, chance, ids and transport are the test's. */
export function createScriptedClient(
  script: Script,
  {
    regions = [west, central],
    usesUuids = false,
    defined,
    ...behaviour
  }: ClientBehaviour & {
    readonly regions?: readonly string[];
    /** Whether ids and keys are those that the client makes by itself. */
    readonly usesUuids?: boolean;
    /** What the outputs say of entities and routes. @default - nothing, as those of an older stage */
    readonly defined?: Defined;
  } = {},
): ScriptedClient {
  const clock = createFakeClock();
  const engineClock = createEngineClock(clock);
  const transport = createScriptedTransport(clock, script);
  let ids = 0;
  const client = createClient({
    outputs: {
      custom: {
        API: Object.fromEntries(regions.map((region) => [region, { endpoint: `http://${region}.test` }])),
        platform: {
          regions: Object.fromEntries(regions.map((region) => [region, { apiName: region }])),
          ...defined,
        },
      },
    },
    transport: transport.send,
    clock: engineClock,
    random: createSeededRandom(7),
    ...(usesUuids ? {} : { newId: () => `id-${++ids}` }),
    ...behaviour,
  });
  const events: { [Name in keyof ClientEvents]: ClientEvents[Name][] } = {
    attempt: [],
    call: [],
    failover: [],
    recovered: [],
    'session-dropped': [],
  };
  client.on('attempt', (event) => events.attempt.push(event));
  client.on('call', (event) => events.call.push(event));
  client.on('failover', (event) => events.failover.push(event));
  client.on('recovered', (event) => events.recovered.push(event));
  client.on('session-dropped', (event) => events['session-dropped'].push(event));
  async function drive<T>(call: Promise<T>, limitMs = 60_000): Promise<T> {
    let isSettled = false;
    const settleCall = () => {
      isSettled = true;
    };
    call.then(settleCall, settleCall);
    await settle();
    for (let ms = 0; !isSettled && ms < limitMs; ms += 1) await clock.run(1);
    if (!isSettled) throw new Error(`Cannot judge the call: it did not settle within ${limitMs} ms`);
    return call;
  }

  return {
    client,
    clock,
    engineClock,
    transport,
    events,
    asked: () => transport.sent.map(({ region }) => region),
    drive,
    failureOf: (call, limitMs) =>
      drive(call, limitMs).then(
        () => {
          throw new Error('Cannot judge the failure: the call succeeded');
        },
        (error: unknown) => error,
      ),
  };
}

/** The same with entities and routes. */
export function createDefinedClient<All extends Entities, Routes extends OwnRoutes>(
  script: Script,
  defined: Defined,
): ScriptedClient<All, Routes> {
  const scripted: ScriptedClient = createScriptedClient(script, { defined });
  return scripted as ScriptedClient<All, Routes>;
}
