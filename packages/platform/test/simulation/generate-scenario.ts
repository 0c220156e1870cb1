import { type Dice, diceOf } from './model/dice.ts';
import type { CallFault, ItemName, Request, Scenario, Step } from './scenario.ts';

type StepBody = Step extends infer Each ? (Each extends Step ? Omit<Each, 'id' | 'atMs'> : never) : never;

/** Every region of the larger scenarios; smaller ones have the first of them. */
const regionNames = ['eu-west-1', 'eu-central-1', 'us-east-1'] as const;

/** What a run is mostly about: how often each kind of operation is asked, and how long things live. */
const profiles = [
  {
    name: 'mixed',
    operations: 30,
    spanMs: 6_000,
    kinds: 'post put put delete get get increment',
    short: 0.3,
  },
  { name: 'edits', operations: 24, spanMs: 4_000, kinds: 'put put put get get delete', short: 0 },
  { name: 'expiry', operations: 26, spanMs: 9_000, kinds: 'put put post get delete', short: 0.7 },
  { name: 'keys', operations: 24, spanMs: 4_000, kinds: 'post post put delete get increment', short: 0.1 },
  { name: 'counting', operations: 18, spanMs: 3_000, kinds: 'increment increment increment get', short: 0 },
  { name: 'chains', operations: 110, spanMs: 5_000, kinds: 'put put put put put get', short: 0 },
] as const;

type Profile = (typeof profiles)[number];

/** Makes the scenario of a seed. */
export function generateScenario(seed: number, regionCount: 2 | 3): Scenario {
  const dice = diceOf(seed, `scenario of ${regionCount}`);
  const regions = regionNames.slice(0, regionCount);
  // Long chains take long: one run in eleven has them.
  const profile = profiles[seed % 11] ?? dice.pick(profiles.slice(0, 5));
  const bodies = [
    ...operations(dice, regions, profile),
    ...partitions(dice, regions, profile.spanMs),
    ...clocks(dice, regions, profile.spanMs),
    ...upkeep(dice, regions, profile),
  ];
  const steps = bodies.sort((a, b) => a.atMs - b.atMs).map((step, id): Step => ({ ...step, id }));
  return {
    seed,
    regions,
    delayMs: dice.pick([
      { min: 5, max: 60 },
      { min: 5, max: 500 },
      { min: 100, max: 1_500 },
    ]),
    coalesced: dice.pick([0, 0.5, 1]),
    duplicated: dice.pick([0, 0.3]),
    steps,
  };
}

type Timed = StepBody & { readonly atMs: number };

function operations(dice: Dice, regions: readonly string[], profile: Profile): Timed[] {
  const sessions = ['ada', 'bob', 'cyd', 'dan', 'eve'].slice(0, dice.between(2, 5));
  const homes = new Map(
    sessions.map((session) => [session, dice.chance(0.5) ? dice.pick(regions) : undefined]),
  );
  const items = dice.between(1, 3);
  const keyCount = dice.between(1, 4);
  return Array.from({ length: profile.operations }, (_, index) => {
    const session = dice.pick(sessions);
    const fault = dice.chance(0.12) ? callFault(dice) : undefined;
    return {
      kind: 'operation',
      atMs: dice.between(0, profile.spanMs),
      session,
      region: homes.get(session) ?? dice.pick(regions),
      request: request(dice, { profile, index, items, keyCount }),
      ...(fault === undefined ? {} : { fault }),
    };
  });
}

interface RequestContext {
  readonly profile: Profile;
  readonly index: number;
  readonly items: number;
  readonly keyCount: number;
}

function request(dice: Dice, { profile, index, items, keyCount }: RequestContext): Request {
  const key = `key-${dice.between(1, keyCount)}`;
  const keyed = dice.chance(0.35) ? { key } : {};
  const item: ItemName = dice.chance(0.25) ? { madeBy: key } : { sk: `item-${dice.between(1, items)}` };
  const ttlSeconds = dice.chance(profile.short) ? dice.between(1, 3) : 3_600;
  const isOther = dice.chance(0.1);
  // What comes with a key is always the same, now and then on purpose not.
  const content =
    'key' in keyed && !isOther
      ? { data: `by ${key}`, ttlSeconds: keyTtl(key, profile) }
      : { data: `${index}`, ttlSeconds };
  switch (dice.pick(profile.kinds.split(' '))) {
    case 'post':
      return dice.chance(0.7)
        ? { kind: 'post', data: `by ${key}`, ttlSeconds: keyTtl(key, profile), key }
        : { kind: 'post', ...content, ...keyed };
    case 'put':
      return { kind: 'put', item, ...content, ...keyed, ifMatch: dice.chance(0.2) };
    case 'delete':
      return { kind: 'delete', item, ...keyed };
    case 'increment':
      return increment(dice, 'key' in keyed ? key : undefined, { index, isOther });
    default:
      return { kind: 'get', item };
  }
}

function keyTtl(key: string, { short }: Profile): number {
  return short > 0.2 && key.endsWith('1') ? 3 : 3_600;
}

/** Amounts are powers of four: whatever is counted twice or not at all shows in the sum. */
function increment(
  dice: Dice,
  key: string | undefined,
  { index, isOther }: { readonly index: number; readonly isOther: boolean },
): Request {
  const sign = dice.chance(0.2) ? -1 : 1;
  const counter = `counter-${dice.between(1, 2)}`;
  if (key === undefined) return { kind: 'increment', counter, by: sign * 4 ** (index % 11) };
  return { kind: 'increment', counter, by: 4 ** (11 + (Number(key.slice(4)) % 3)) + (isOther ? 7 : 0), key };
}

function callFault(dice: Dice): CallFault {
  const kinds = ['refused', 'lost-answer', 'repeated', 'crash-before', 'crash-after'] as const;
  return { call: dice.between(0, 2), kind: dice.pick(kinds) };
}

function partitions(dice: Dice, regions: readonly string[], spanMs: number): Timed[] {
  return Array.from({ length: dice.between(0, 3) }, () => {
    const from = dice.pick(regions);
    const to = dice.pick(regions.filter((region) => region !== from));
    const atMs = dice.between(0, spanMs);
    const healedMs = atMs + dice.between(200, spanMs);
    const isBothWays = dice.chance(0.7);
    const links = isBothWays
      ? [
          { from, to },
          { from: to, to: from },
        ]
      : [{ from, to }];
    return links.flatMap((link): Timed[] => [
      { kind: 'cut', ...link, atMs },
      { kind: 'heal', ...link, atMs: healedMs },
    ]);
  }).flat();
}

function clocks(dice: Dice, regions: readonly string[], spanMs: number): Timed[] {
  const offMs = dice.pick([0, 300, 4_000]);
  return regions.flatMap((region) =>
    Array.from({ length: offMs === 0 ? 0 : dice.between(0, 2) }, (): Timed[] => {
      const atMs = dice.chance(0.5) ? 0 : dice.between(0, spanMs);
      const part = dice.pick(['replica', 'functions'] as const);
      return [{ kind: 'clock', part, region, atMs, offsetMs: dice.between(-offMs, offMs) }];
    }).flat(),
  );
}

function upkeep(dice: Dice, regions: readonly string[], { short, spanMs }: Profile): Timed[] {
  const sweeps = Array.from(
    { length: short > 0 ? dice.between(0, 5) : 0 },
    (): Timed => ({
      kind: 'sweep',
      region: dice.pick(regions),
      atMs: dice.between(1_000, spanMs + 2_000),
    }),
  );
  const rewinds = Array.from(
    { length: dice.between(0, 2) },
    (): Timed => ({
      kind: 'rewind',
      region: dice.pick(regions),
      atMs: dice.between(0, spanMs),
      records: dice.between(1, 20),
      forMs: dice.between(0, 1_000),
    }),
  );
  return [...sweeps, ...rewinds];
}
