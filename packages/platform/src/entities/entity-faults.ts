import type * as core from 'zod/v4/core';
import { clientMembers } from '../contract/client-members.ts';
import { type Entity, entityFactNames } from '../contract/entity.ts';
import { limits } from '../contract/limits.ts';

const namePattern = /^[a-z][a-zA-Z0-9]*$/;
/** Names in a query of an index that are not those of fields. */
const queryNames = ['index', 'limit', 'cursor'] as const;

/** Finds what is wrong with an entity by itself; a sentence each: the value, what is allowed, what to do. */
export function entityFaults(entity: Entity): readonly string[] {
  const { name, plural, schema, life } = entity;
  return [
    ...nameFaults('name', name),
    ...nameFaults('plural', plural),
    ...memberFaults(plural),
    ...reservedFaults(schema._zod.def.shape),
    ...keyFaults(entity),
    ...(life === 'forever' ||
    (Number.isInteger(life.ttlSeconds) && life.ttlSeconds >= 1 && life.ttlSeconds <= limits.ttlSecondsMax)
      ? []
      : [
          `life: given ttlSeconds ${life.ttlSeconds}, allowed 'forever' or ttlSeconds 1..${limits.ttlSecondsMax}. Correct it.`,
        ]),
  ];
}

function nameFaults(member: string, name: string): string[] {
  if (namePattern.test(name) && name.length <= limits.entityNameCharactersMax) return [];
  return [
    `${member}: given '${name}', allowed 1 to ${limits.entityNameCharactersMax} letters and digits, the first a small letter. Choose another.`,
  ];
}

function memberFaults(plural: string): string[] {
  const isTaken = clientMembers.some((name) => name === plural) || plural in Object.prototype;
  return isTaken ? [`plural: given '${plural}', which clients have for something else. Choose another.`] : [];
}

function reservedFaults(shape: Readonly<Record<string, core.$ZodType>>): string[] {
  const reserved: ReadonlySet<string> = new Set([...entityFactNames, ...queryNames]);
  return Object.keys(shape)
    .filter((field) => reserved.has(field))
    .map((field) => `schema: the field '${field}' has a name that the platform uses itself. Choose another.`);
}

/** Fields that keys are made of have to be there in every item, and to have one value that a key can hold. */
function keyFaults({ schema, partition, indexes, access }: Entity): string[] {
  const shape = schema._zod.def.shape;
  const fault = (member: string, field: string, isKey: (type: core.$ZodType) => boolean, kinds: string) => {
    const type = shape[field];
    if (type === undefined)
      return [`${member}: the schema has no field '${field}'. Add it there, or name one that it has.`];
    if (type._zod.optout === 'optional')
      return [
        `${member}: the field '${field}' may be absent. Make it required in the schema, or name another.`,
      ];
    return isKey(type) ? [] : [`${member}: the field '${field}' is no ${kinds}. Name one that is.`];
  };
  const sorted = (field: string) => field !== 'createdAt' && field !== 'updatedAt';
  return [
    ...(partition === undefined ? [] : fault('partition', partition, isText, 'text')),
    ...(access.owner === undefined ? [] : fault('access.owner', access.owner, isText, 'text')),
    ...Object.entries(indexes).flatMap(([name, { partition: field, sort = 'createdAt' }]) => [
      ...nameFaults(`indexes.${name}`, name),
      ...fault(`indexes.${name}.partition`, field, isScalar, 'text, number or truth value'),
      ...(sorted(sort) ? fault(`indexes.${name}.sort`, sort, isScalar, 'text, number or truth value') : []),
    ]),
  ];
}

const textTypes: ReadonlySet<string> = new Set(['string', 'enum', 'literal', 'template_literal']);
const scalarTypes: ReadonlySet<string> = new Set([...textTypes, 'number', 'int', 'boolean']);

function isText(type: core.$ZodType): boolean {
  return textTypes.has(inner(type)._zod.def.type);
}

function isScalar(type: core.$ZodType): boolean {
  return scalarTypes.has(inner(type)._zod.def.type);
}

/** What a default or the like is put around. */
function inner(type: core.$ZodType): core.$ZodType {
  const { innerType } = type._zod.def as core.$ZodTypeDef & { readonly innerType?: core.$ZodType };
  return innerType === undefined ? type : inner(innerType);
}
