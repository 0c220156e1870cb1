import type { Entity, PlatformOutputs } from '@gsp/platform/contract';
import type { CheckResult } from '../check-result.ts';

/** Entities by plural, as a region that is deployed puts them out for clients. */
export type DeployedEntities = NonNullable<PlatformOutputs['platform']['entities']>;

type DeployedEntity = DeployedEntities[string];

/** What the definition says of an entity, as far as it decides where items are found. */
type WantedEntity = Pick<Entity, 'name' | 'plural' | 'partition' | 'indexes'>;

/** Which stage is judged. */
export interface JudgedStage {
  /** Its part of names on AWS. */
  readonly stage: string;
  /** As `--stage` takes it. */
  readonly name: string;
}

type Judgement = Omit<CheckResult, 'check' | 'stage'>;

/**
 * Whether items that are stored are still found once a definition is deployed over another. Keys are made of an entity's name
 * and partition; index entries of the index's name and fields, in the slot of its place in the definition:
 *
 *     stored    pk order~ada   gsi1pk order~byStatus~open   gsi1sk 2026-11-01T…~7
 *     asked             |             |        |      |            |
 *              name, partition     slot 1   its name  partition   sort
 *
 * A new index is empty until items are reindexed, which is said. One whose fields or place changed would mix entries of both
 * definitions, or lose those that it had, without a word: that is a fault, as are items that no key leads to any more.
 */
export function judgeEntities(
  { stage, name }: JudgedStage,
  { deployed, wanted }: { readonly deployed: DeployedEntities; readonly wanted: readonly WantedEntity[] },
): CheckResult[] {
  const found = { check: 'entities', stage } as const;
  const changes = Object.entries(deployed).flatMap(([plural, entity]): Judgement[] => {
    const same = wanted.find((each) => each.name === entity.name);
    if (same === undefined) return [judgeAbsent({ ...entity, plural }, wanted)];
    const moved = judgePartition(entity, same);
    return moved === null ? judgeIndexes(entity, same, name) : [moved];
  });
  if (changes.length > 0) return changes.map((change) => ({ ...found, ...change }));
  const names = Object.values(deployed)
    .map((entity) => entity.name)
    .join(', ');
  return names === ''
    ? []
    : [{ ...found, level: 'ok', what: `What is stored is found by the definition: ${names}` }];
}

function judgeAbsent(
  { name, plural }: Pick<WantedEntity, 'name' | 'plural'>,
  wanted: readonly WantedEntity[],
): Judgement {
  const heir = wanted.find((each) => each.plural === plural);
  if (heir !== undefined) {
    return {
      level: 'fault',
      what: `The entity of /${plural} would be named '${heir.name}', it is deployed as '${name}'`,
      why: 'Keys begin with the name: no route would find what is stored.',
      remedy: `Put the name '${name}' back, or give '${heir.name}' another plural.`,
    };
  }
  return {
    level: 'warning',
    what: `The next deploy takes the entity '${name}' away`,
    why: 'Its items stay in the table, and no route finds them.',
    remedy: 'If it was renamed, put the name back.',
  };
}

function judgePartition({ name, partition }: DeployedEntity, wanted: WantedEntity): Judgement | null {
  if (partition === wanted.partition) return null;
  return {
    level: 'fault',
    what: `'${name}' would be kept ${keptBy(wanted.partition)}, it is deployed ${keptBy(partition)}`,
    why: 'Keys are made of it: no route would find what is stored.',
    remedy: `${partition === undefined ? 'Take the partition out again' : `Put partition: '${partition}' back`}, or define an entity of another name and plural, and write the items anew.`,
  };
}

function keptBy(partition: string | undefined): string {
  return partition === undefined ? 'without a partition' : `by partition '${partition}'`;
}

function judgeIndexes(deployed: DeployedEntity, { name, indexes }: WantedEntity, stage: string): Judgement[] {
  const [before, after] = [Object.keys(deployed.indexes), Object.keys(indexes)];
  const kept = after.filter((index) => before.includes(index));
  const added = after.filter((index) => !before.includes(index));
  const removed = before.filter((index) => !after.includes(index));
  const changed = kept.flatMap((index): Judgement[] => {
    const [is, would] = [fieldsOf(deployed.indexes[index]), fieldsOf(indexes[index])];
    if (is !== would) return [changedFields({ name, index, is, would, stage })];
    const [from, to] = [before.indexOf(index), after.indexOf(index)];
    return from === to ? [] : [changedPlace({ name, index, from, to })];
  });
  return [
    ...changed,
    ...removed.map((index) => goneIndex(name, index)),
    ...(added.length > 0 ? [newIndexes(name, added, stage)] : []),
  ];
}

function fieldsOf(index: { partition: string; sort?: string | undefined } | undefined): string {
  return `'${index?.partition}', then '${index?.sort ?? 'createdAt'}'`;
}

function changedFields(facts: {
  name: string;
  index: string;
  is: string;
  would: string;
  stage: string;
}): Judgement {
  const { name, index, is, would, stage } = facts;
  return {
    level: 'fault',
    what: `The index '${index}' of '${name}' would be by ${would}, it is deployed by ${is}`,
    why: 'Items that are stored stand in it by the former fields: queries would mix both.',
    remedy:
      `Put '${index}' back and add an index of another name behind the last one. Deploy it, run ${reindexOf(name, stage)}, ` +
      `and let callers query that. Then put the next index that you need in the place of '${index}'.`,
  };
}

function changedPlace(facts: { name: string; index: string; from: number; to: number }): Judgement {
  const { name, index, from, to } = facts;
  return {
    level: 'fault',
    what: `The index '${index}' of '${name}' would be in place ${to + 1} of the definition, it is deployed in place ${from + 1}`,
    why: 'Its place decides which index of the table it uses: queries would miss the items that are stored.',
    remedy:
      'Leave indexes in their order: add new ones behind the last, take only the last one out. To take out another, put an index of a new name in its place.',
  };
}

function goneIndex(name: string, index: string): Judgement {
  return {
    level: 'warning',
    what: `The next deploy takes the index '${index}' of '${name}' away`,
    why: 'Queries by it are refused from then on.',
    remedy: 'Deploy first what no longer uses it.',
  };
}

function newIndexes(name: string, added: readonly string[], stage: string): Judgement {
  const names = added.map((index) => `'${index}'`).join(', ');
  return {
    level: 'note',
    what: `The next deploy adds ${added.length === 1 ? 'the index' : 'the indexes'} ${names} to '${name}'`,
    why: 'Items that are stored are missing in query results until they are reindexed.',
    afterDeploy: reindexOf(name, stage),
  };
}

function reindexOf(name: string, stage: string): string {
  return `npm run reindex -- --stage ${stage} --entity ${name}`;
}
