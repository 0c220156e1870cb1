import { type Dice, diceOf } from './model/dice.ts';
import { startMs } from './model/world.ts';
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
  // Beyond what an image remembers: more than 32 writes, and more than eight keys.
  { name: 'chains', operations: 110, spanMs: 5_000, kinds: 'put put put put put get', short: 0 },
  {
    name: 'many keys',
    operations: 70,
    spanMs: 5_000,
    kinds: 'put put put put delete post get',
    short: 0.1,
    keys: { min: 9, max: 24 },
    keyed: 0.85,
    items: 1,
  },
  // Beyond the window of keys and the life of items: a quarter of an hour, with keys that last a minute.
  {
    name: 'long',
    operations: 40,
    spanMs: 900_000,
    kinds: 'put put post post get delete increment',
    short: 0.5,
    keys: { min: 2, max: 8 },
    keyed: 0.7,
    windowSeconds: 60,
  },
  // Beyond what a session remembers: more than 16 items.
  { name: 'wide', operations: 90, spanMs: 6_000, kinds: 'put put get get get delete', short: 0, items: 24 },
  // Beyond the attempts of one write: all at one moment.
  { name: 'crowd', operations: 26, spanMs: 30, kinds: 'put put put put get', short: 0 },
] as const satisfies readonly ProfileShape[];

interface ProfileShape {
  readonly name: string;
  readonly operations: number;
  readonly spanMs: number;
  readonly kinds: string;
  /** How often something lives for seconds only. */
  readonly short: number;
  /** Bounds of the number of keys. @default 1 to 4 */
  readonly keys?: { readonly min: number; readonly max: number };
  /** How often a write comes with a key. @default 0.35 */
  readonly keyed?: number;
  /** @default an hour */
  readonly windowSeconds?: number;
  /** @default 1 to 3 */
  readonly items?: number;
}

type Profile = ProfileShape;

/** Makes the scenario of a seed. */
export function generateScenario(seed: number, regionCount: 2 | 3): Scenario {
  const dice = diceOf(seed, `scenario of ${regionCount}`);
  const regions = regionNames.slice(0, regionCount);
  // Long runs take long: each of those profiles has one seed in seventeen.
  const profile: Profile = profiles[seed % 17] ?? dice.pick(profiles.slice(0, 5));
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
    windowSeconds: profile.windowSeconds ?? 3_600,
    merges: diceOf(seed, 'merges').chance(0.4),
    steps,
  };
}

type Timed = StepBody & { readonly atMs: number };

function operations(dice: Dice, regions: readonly string[], profile: Profile): Timed[] {
  const sessions = ['ada', 'bob', 'cyd', 'dan', 'eve'].slice(0, dice.between(2, 5));
  const homes = new Map(
    sessions.map((session) => [session, dice.chance(0.5) ? dice.pick(regions) : undefined]),
  );
  const items = profile.items ?? dice.between(1, 3);
  const keys = keysOf(dice, profile);
  return Array.from({ length: profile.operations }, (_, index) => {
    const session = dice.pick(sessions);
    const fault = dice.chance(0.12) ? callFault(dice) : undefined;
    return {
      kind: 'operation',
      atMs: dice.between(0, profile.spanMs),
      session,
      region: homes.get(session) ?? dice.pick(regions),
      request: request(dice, { profile, index, items, keys }),
      ...(fault === undefined ? {} : { fault }),
    };
  });
}

interface RequestContext {
  readonly profile: Profile;
  readonly index: number;
  readonly items: number;
  readonly keys: readonly string[];
}

/** Idempotency keys: three of four have a time, at which a client begins to use them. */
function keysOf(dice: Dice, { keys = { min: 1, max: 4 }, spanMs }: Profile): string[] {
  return Array.from({ length: dice.between(keys.min, keys.max) }, (_, index) => {
    const timeMs = startMs + dice.between(-1_000, spanMs);
    return dice.chance(0.75) ? timedKey(timeMs, index) : `key-${index}`;
  });
}

function timedKey(timeMs: number, index: number): string {
  const time = timeMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${String(index).padStart(12, '0')}`;
}

function request(dice: Dice, { profile, index, items, keys }: RequestContext): Request {
  const number = dice.between(0, keys.length - 1);
  const key = keys[number] ?? '';
  const keyed = dice.chance(profile.keyed ?? 0.35) ? { key } : {};
  const item: ItemName = dice.chance(0.25) ? { madeBy: key } : { sk: `item-${dice.between(1, items)}` };
  const life = dice.chance(0.3) ? {} : { ttlSeconds: dice.chance(0.1) ? null : 3_600 };
  const ownLife = dice.chance(profile.short) ? { ttlSeconds: dice.between(1, 3) } : life;
  const isOther = dice.chance(0.1);
  // What comes with a key is always the same, now and then on purpose not.
  const content =
    'key' in keyed && !isOther
      ? { data: `by ${key}`, ...keyLife(number, profile) }
      : { data: `${index}`, ...ownLife };
  switch (dice.pick(profile.kinds.split(' '))) {
    case 'post':
      return dice.chance(0.7)
        ? { kind: 'post', data: `by ${key}`, ...keyLife(number, profile), key }
        : { kind: 'post', ...content, ...keyed };
    case 'put':
      return { kind: 'put', item, ...content, ...keyed, ifMatch: dice.chance(0.2) };
    case 'delete':
      return { kind: 'delete', item, ...keyed };
    case 'increment':
      // Where windows end within the run, a key without a time counts anew in each: sums would have too many readings.
      return increment(
        dice,
        'key' in keyed && (profile.windowSeconds === undefined || !key.startsWith('key-'))
          ? { key, number }
          : undefined,
        { index, isOther },
      );
    default:
      return { kind: 'get', item };
  }
}

// What comes with a key is always the same, so its life is too.
function keyLife(number: number, { short }: Profile): { ttlSeconds?: number | null } {
  if (short > 0.2 && number % 4 === 0) return { ttlSeconds: 3 };
  return [{ ttlSeconds: 3_600 }, {}, { ttlSeconds: null }][number % 3] ?? {};
}

/** Amounts are powers of four: whatever is counted twice or not at all shows in the sum. */
function increment(
  dice: Dice,
  keyed: { readonly key: string; readonly number: number } | undefined,
  { index, isOther }: { readonly index: number; readonly isOther: boolean },
): Request {
  const sign = dice.chance(0.2) ? -1 : 1;
  const counter = `counter-${dice.between(1, 2)}`;
  if (keyed === undefined) return { kind: 'increment', counter, by: sign * 4 ** (index % 11) };
  const { key, number } = keyed;
  return { kind: 'increment', counter, by: 4 ** (11 + (number % 3)) + (isOther ? 7 : 0), key };
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
