import { keptUntil } from '../../src/domain/item-image.ts';
import type { History, OperationRecord, ReplicaRecord } from './history.ts';
import { Client } from './model/client.ts';
import { diceOf } from './model/dice.ts';
import type { Entry, Replica } from './model/replica.ts';
import type { Seams } from './model/seams.ts';
import { type StreamConsumer, startStreamConsumer } from './model/stream-consumer.ts';
import { startMs, World } from './model/world.ts';
import type { Scenario, Step } from './scenario.ts';

/** Rest after the last step, longer than any clock is off: then all regions agree on what has expired. */
const restMs = 10_000;

/**
 * Plays a scenario against the domain's real code, heals everything, waits until nothing moves any more, lets every
 * session read once more whatever it has seen, in every region, and tells what happened.
 *
 * @param seams - broken parts, to see that checkers notice
 */
export async function runSimulation(scenario: Scenario, seams: Seams = {}): Promise<History> {
  const world = new World(scenario, seams);
  const operations: OperationRecord[] = [];
  const record = (operation: OperationRecord) => operations.push(operation);
  const consumers = new Map(
    scenario.regions.map((region) => {
      const random = diceOf(scenario.seed, `seams ${region}`).below;
      return [region, startStreamConsumer(world, seams, { region, regions: scenario.regions, random })];
    }),
  );
  const clients = new Map<string, Client>();
  const clientOf = (name: string) => {
    const client = clients.get(name) ?? new Client(name, { world, seams, record });
    clients.set(name, client);
    return client;
  };
  for (const step of scenario.steps)
    world.time.at(startMs + step.atMs, () => take(step, { world, clientOf, consumers }));
  await world.time.run();
  world.links.healAll();
  for (const { region } of world.replicas) {
    world.replica(region).clock.setOffset(0);
    world.setFunctionOffset(region, 0);
  }
  world.time.after(restMs, () => undefined);
  await world.time.run();
  askOnceMore(clients, scenario);
  await world.time.run();
  const { images, changes } = world;
  const errors = world.errors.map(String);
  const replicas = world.replicas.map(replicaRecord);
  const { regions, windowSeconds } = scenario;
  return { regions, windowSeconds, images, changes, operations, replicas, errors };
}

interface Stage {
  readonly world: World;
  readonly clientOf: (name: string) => Client;
  readonly consumers: ReadonlyMap<string, StreamConsumer>;
}

function take(step: Step, { world, clientOf, consumers }: Stage): void {
  switch (step.kind) {
    case 'operation':
      clientOf(step.session).ask(step);
      break;
    case 'cut':
      world.links.cut(step.from, step.to);
      break;
    case 'heal':
      world.links.heal(step.from, step.to);
      break;
    case 'clock':
      if (step.part === 'replica') world.replica(step.region).clock.setOffset(step.offsetMs);
      else world.setFunctionOffset(step.region, step.offsetMs);
      break;
    case 'sweep':
      sweep(world.replica(step.region));
      break;
    case 'rewind':
      consumers.get(step.region)?.rewind(step.records, step.forMs);
      break;
  }
}

function sweep(replica: Replica): void {
  const nowSeconds = Math.floor(replica.clock.nowMs() / 1000);
  for (const [key, entry] of replica.entries())
    if (entry.kind === 'item' && (keptUntil(entry.image) ?? nowSeconds + 1) <= nowSeconds)
      replica.expire(key);
    else if (entry.kind === 'record' && entry.record.until <= nowSeconds) replica.expire(key);
}

function askOnceMore(clients: ReadonlyMap<string, Client>, { regions }: Scenario): void {
  let id = 1_000_000;
  for (const client of clients.values())
    for (const { sk } of client.seen)
      for (const region of regions)
        client.ask({ id: id++, region, request: { kind: 'get', item: { sk } }, isFinal: true });
}

function replicaRecord(replica: Replica): ReplicaRecord {
  const entries = replica.entries();
  const counters = new Map<string, number>();
  for (const [key, entry] of entries) {
    if (entry.kind !== 'part') continue;
    const id = key.split(' ')[1] ?? '';
    counters.set(id, (counters.get(id) ?? 0) + entry.value);
  }
  return {
    region: replica.region,
    contents: new Map(entries.map(([key, entry]) => [key, JSON.stringify(contentOf(entry))])),
    items: new Map(
      entries.flatMap(([key, entry]) =>
        entry.kind === 'item' ? [[key.slice('item '.length), entry.id]] : [],
      ),
    ),
    conflicts: entries.flatMap(([key, entry]) =>
      entry.kind === 'conflict' && !entry.isQuiet ? [conflictRecord(key, entry)] : [],
    ),
    quietLosers: entries.flatMap(([, entry]) =>
      entry.kind === 'conflict' && entry.isQuiet ? [entry.loser] : [],
    ),
    counters,
  };
}

function contentOf(entry: Entry): unknown {
  return entry.kind === 'item' ? entry.image : entry;
}

function conflictRecord(key: string, entry: Extract<Entry, { kind: 'conflict' }>) {
  const { conflict, item, loser, winner } = entry;
  const detected = { detectedAtMs: Date.parse(conflict.detectedAt), detectedIn: conflict.detectedIn };
  return { key, item, loser, ...(winner === undefined ? {} : { winner }), ...detected };
}
