import { isDeepStrictEqual } from 'node:util';
import type * as core from 'zod/v4/core';
import type { Entity, EntitySchema } from '../contract/entity.ts';
import type { JsonValue } from '../contract/json-value.ts';
import { randomFrom, randomValue } from '../contract/random-value.ts';
import type { Fields } from '../entities/entity-keys.ts';
import { readFields } from '../entities/entity-values.ts';
import { type MergedFields, mergeFields } from '../entities/merge-fields.ts';
import { createBoundedCall } from '../functions/bounded-call.ts';
import { MergeModel } from './merge-model.ts';

/** How a merge is tested. */
export interface MergeTestOptions<Schema extends EntitySchema> {
  /** The first seed; each run has the next. A failure names its own. @default 1 */
  readonly seed?: number;
  /** For each number of regions. @default 100 */
  readonly runs?: number;
  /** Makes a document. @default - random values that the schema takes */
  readonly document?: (random: (limit: number) => number) => core.output<Schema>;
  /**
   * Whether what all regions hold in the end has what each of them has written, one document each at the same time. What a
   * contribution is, only the entity knows: `(kept, written) => written.every(({ total }) => kept.total >= total)`.
   * @default - it is only asked that every write went into a merge
   */
  readonly keeps?: (kept: core.output<Schema>, written: readonly core.output<Schema>[]) => boolean;
}

/** A merge that does not keep what it promises, with the run that shows it. */
export class MergeTestError extends Error {
  override readonly name = 'MergeTestError';
  readonly seed: number;

  constructor(
    message: string,
    { seed, story }: { readonly seed: number; readonly story: readonly string[] },
  ) {
    super(
      `${message}\n${story.map((line) => `  ${line}`).join('\n')}\n  Repeat this run with { seed: ${seed}, runs: 1 }.`,
    );
    this.seed = seed;
  }
}

const regionCounts = [2, 3, 5] as const;
const runsDefault = 100;
/** For merges that do not end. The platform's own limit of 100 ms is one of wall time, which a busy machine takes for itself. */
const mergeLimitMs = 10_000;
/** Beyond any run: each write causes a merge in each region at most a few times. */
const stepsMax = 5_000;

/**
 * Runs an entity's `merge` in the platform's real protocol, with two, three and five regions that write the same item at the
 * same time, in random orders of arrival, and asks that all regions come to the same item, that every write is part of it, and
 * that nothing is left to the conflict log.
 *
 * @throws {MergeTestError} with the story of the run that shows otherwise
 * @throws {TypeError} for an entity without a merge, and one of whose schema no documents are found: hand in `document`
 *
 * @example
 * ```ts
 * test('orders are merged', () => testMerge(order));
 * ```
 */
export async function testMerge<Schema extends EntitySchema>(
  entity: Entity<string, Schema>,
  options: MergeTestOptions<Schema> = {},
): Promise<void> {
  if (entity.merge === undefined)
    throw new TypeError(`Cannot test the merge of "${entity.name}": it has none. Define one.`);
  const { seed: first = 1, runs = runsDefault } = options;
  for (const count of regionCounts)
    for (let seed = first; seed < first + runs; seed += 1) await playRun({ entity, count, seed, options });
}

interface Run<Schema extends EntitySchema> {
  readonly entity: Entity<string, Schema>;
  readonly count: number;
  readonly seed: number;
  readonly options: MergeTestOptions<Schema>;
}

async function playRun<Schema extends EntitySchema>({
  entity,
  count,
  seed,
  options,
}: Run<Schema>): Promise<void> {
  const random = randomFrom(seed * 8 + count);
  const bounded = createBoundedCall(mergeLimitMs);
  const issues: string[] = [];
  const model = new MergeModel(count, {
    random,
    merge: (mine, theirs) => fieldsOf(mergeFields(entity as Entity, { mine, theirs }, bounded), issues),
  });
  const fail = (message: string): never => {
    throw new MergeTestError(`The merge of "${entity.name}" fails in ${count} regions: ${message}`, {
      seed,
      story: model.story,
    });
  };
  const documents = documentsOf(entity, { random, count, options });
  const isStaggered = random(2) === 0;
  for (const [at, document] of documents.entries()) {
    model.write(at, document);
    // In every second run regions write over what has arrived from others meanwhile: that they have seen.
    if (isStaggered && random(2) === 0) await step(model, random);
  }
  for (let steps = 0; model.pending().length > 0; steps += 1) {
    if (steps === stepsMax) fail('the regions merge each other’s merges without an end');
    await step(model, random);
  }
  judge({ model, issues, documents, keeps: isStaggered ? undefined : options.keeps, fail });
}

async function step(model: MergeModel, random: (limit: number) => number): Promise<void> {
  const pending = model.pending();
  await pending[random(Math.max(1, pending.length))]?.();
}

interface Judgement<Schema extends EntitySchema> {
  readonly model: MergeModel;
  readonly issues: readonly string[];
  readonly documents: readonly Fields[];
  readonly keeps: MergeTestOptions<Schema>['keeps'];
  readonly fail: (message: string) => never;
}

function judge<Schema extends EntitySchema>({
  model,
  issues,
  documents,
  keeps,
  fail,
}: Judgement<Schema>): void {
  const [kept, ...others] = model.contents;
  if (issues.length > 0) fail(`a conflict is only logged, since ${issues[0]}`);
  if (!others.every((each) => isDeepStrictEqual(each?.data, kept?.data)))
    fail('the regions hold different items in the end');
  const known = new Set([kept?.dot, ...(kept?.history ?? [])]);
  if (model.logged.length > 0 || !model.written.every(({ dot }) => known.has(dot)))
    fail('a write is no part of what is kept');
  if (
    keeps !== undefined &&
    !keeps(kept?.data as core.output<Schema>, documents as readonly core.output<Schema>[])
  )
    fail(`what is kept lacks what was written: ${JSON.stringify(kept?.data)}`);
}

/** A document for each region, of one item: what places it and whose it is, is the same in all. */
function documentsOf<Schema extends EntitySchema>(
  entity: Entity<string, Schema>,
  {
    random,
    count,
    options,
  }: { random: (limit: number) => number; count: number; options: MergeTestOptions<Schema> },
): readonly Fields[] {
  const made = Array.from(
    { length: count },
    () => (options.document?.(random) ?? randomValue(entity.schema, random)) as Fields | undefined,
  );
  const [first] = made;
  if (first === undefined)
    throw new TypeError(
      `Cannot test the merge of "${entity.name}": no document was found that its schema takes. Hand in "document".`,
    );
  const kept = [entity.partition, entity.access.owner].filter((field) => field !== undefined);
  const same = Object.fromEntries(kept.map((field) => [field, first[field] ?? '']));
  // As the platform stores them: with the defaults of the schema.
  return made.map((fields) => {
    const read = readFields(entity as Entity, { ...fields, ...same });
    return read.ok ? read.fields : { ...fields, ...same };
  });
}

function fieldsOf(merged: MergedFields, issues: string[]): JsonValue | undefined {
  if ('fields' in merged) return merged.fields;
  issues.push(merged.issue);
  return undefined;
}
