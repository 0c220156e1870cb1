import { checkHistory } from './check-history.ts';
import type { History, Violation } from './history.ts';
import { runSimulation } from './run-simulation.ts';
import type { Request, Scenario, Step } from './scenario.ts';

type StepBody = Step extends infer Each ? (Each extends Step ? Omit<Each, 'id' | 'atMs'> : never) : never;

/** A step of a scenario that is written by hand, without its id. */
export type HandStep = StepBody & { readonly atMs: number };

/** Regions of scenarios that are written by hand. */
export const west = 'eu-west-1';
export const central = 'eu-central-1';
export const east = 'us-east-1';

/** What a scenario came to. */
export interface Played {
  readonly history: History;
  readonly violations: readonly Violation[];
  /** Entries of the conflict log: lost write and winner, by the data that they wrote or what they did. */
  readonly conflicts: readonly string[];
}

/** Plays a scenario that is written by hand; replication takes 50 ms unless told otherwise. */
export async function play(
  steps: readonly HandStep[],
  options: Partial<Omit<Scenario, 'steps'>> = {},
): Promise<Played> {
  const scenario: Scenario = {
    seed: 1,
    regions: [west, central],
    delayMs: { min: 50, max: 50 },
    coalesced: 0,
    windowSeconds: 3_600,
    duplicated: 0,
    merges: false,
    ...options,
    steps: steps.map((step, id): Step => ({ ...step, id })),
  };
  const history = await runSimulation(scenario);
  const nameOf = (image: number | undefined) => {
    if (image === undefined) return 'a removal';
    const { write, isDeletion } = history.images[image] ?? {};
    const step = scenario.steps.find(({ id }) => `operation ${id}` === write);
    if (isDeletion || step?.kind !== 'operation') return isDeletion ? 'a deletion' : String(write);
    return 'data' in step.request ? step.request.data : String(write);
  };
  const conflicts = history.replicas[0]?.conflicts ?? [];
  return {
    history,
    violations: checkHistory(history),
    conflicts: conflicts.map(({ loser, winner }) => `${nameOf(loser)} lost to ${nameOf(winner)}`),
  };
}

/** A step in which a session asks for something. */
export function ask(atMs: number, session: string, region: string, request: Request): HandStep {
  return { kind: 'operation', atMs, session, region, request };
}

/** A step that writes an item. */
export function put(
  atMs: number,
  session: string,
  region: string,
  data: string,
  ttlSeconds = 3_600,
): HandStep {
  return ask(atMs, session, region, { kind: 'put', item: { sk: 'a' }, data, ttlSeconds });
}

/** A step that deletes it. */
export function remove(atMs: number, session: string, region: string): HandStep {
  return ask(atMs, session, region, { kind: 'delete', item: { sk: 'a' } });
}

/** A step that reads it. */
export function read(atMs: number, session: string, region: string): HandStep {
  return ask(atMs, session, region, { kind: 'get', item: { sk: 'a' } });
}

/** Steps that cut all links of a region, and heal them. */
export function partition(
  region: string,
  peers: readonly string[],
  times: [cutMs: number, healMs: number],
): HandStep[] {
  const links = peers.flatMap((peer) => [
    { from: region, to: peer },
    { from: peer, to: region },
  ]);
  return links.flatMap((link): HandStep[] => [
    { kind: 'cut', ...link, atMs: times[0] },
    { kind: 'heal', ...link, atMs: times[1] },
  ]);
}
