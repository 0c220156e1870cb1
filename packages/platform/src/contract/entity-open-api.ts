import * as z from 'zod/mini';
import type * as core from 'zod/v4/core';
import type { Definitions } from './definitions.ts';
import type { Entity } from './entity.ts';
import { type EntityAction, entityOperations } from './entity-operations.ts';
import { itemSchema, skSchema } from './item.ts';
import { cursorSchema, limitSchema, unreadableSchema } from './list-query.ts';
import type { Operation } from './operation.ts';
import type { OwnRoute } from './own-route.ts';
import type { ProblemCode } from './problems.ts';
import { randomFrom, randomValue } from './random-value.ts';
import { changeProblems, contentProblems, tableProblems, writtenHeaders } from './shared-problems.ts';

/** How the document describes what a team has defined: groups in the order of their definition, and operations by name. */
export interface DefinedOperations {
  readonly tags: Readonly<Record<string, string>>;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** Describes what a team has defined. Examples are made up, and left out where a schema's checks let none through. */
export function definedOperations(definitions: Definitions): DefinedOperations {
  const { entities = {}, routes = {} } = definitions;
  const all = Object.values(entities);
  const own = Object.keys(routes).length > 0 ? { routes: 'Routes of this backend.' } : {};
  return {
    tags: {
      ...Object.fromEntries(all.map(({ plural, name }) => [plural, `Items of the kind "${name}".`])),
      ...own,
    },
    operations: Object.fromEntries([
      ...all.flatMap(operationsOf),
      ...Object.entries(routes).map(([name, route]) => [name, ownOperation(route)] as const),
    ]),
  };
}

const readProblems = ['invalid-request', 'foreign-item', ...tableProblems] as const;

type Described = Pick<Operation, 'summary' | 'description' | 'answers' | 'problems'> &
  Pick<Operation, 'body' | 'query' | 'requestHeaders'>;

function operationsOf(entity: Entity): (readonly [string, Operation])[] {
  const schemas = schemasOf(entity);
  const described = describe(entity, schemas);
  return entityOperations(entity).map(({ action, name, path }) => {
    const keys = keySchema(entity, path);
    return [name, { tag: entity.plural, ...described[action], ...(keys && { path: keys }) }] as const;
  });
}

const conditional = ['if-match', 'if-none-match', 'idempotency-key', 'x-session'] as const;

function describe(
  { name, indexes, access }: Entity,
  { item, input, patch, page }: EntitySchemas,
): Record<EntityAction, Described> {
  const owned: readonly ProblemCode[] = access.owner === undefined ? [] : ['not-the-owner'];
  const readOwned = access.read === 'token' ? owned : [];
  const problems = (...more: readonly ProblemCode[]) => [...changeProblems, ...owned, ...more];
  const written = (status: number, description: string) => ({
    [status]: { description, schema: item, headers: writtenHeaders },
  });
  return {
    create: {
      summary: `Create one: ${name}`,
      description:
        'The server makes the id unless the body has one. With an `Idempotency-Key` a repeated request is made once.',
      body: input,
      requestHeaders: ['idempotency-key', 'x-session'],
      answers: written(201, 'As stored in this region.'),
      problems: problems(...contentProblems),
    },
    query: {
      summary: `Find by an index: ${name}`,
      description:
        'Names the index, and the value of the field by which it is partitioned. Index reads may lag behind a write for a moment.',
      query: querySchema(indexes),
      answers: { 200: { description: 'One page, the latest first.', schema: page } },
      problems: ['invalid-request', 'invalid-cursor', ...tableProblems],
    },
    list: {
      summary: `List a partition: ${name}`,
      description: 'Newest first. What cannot be read is in `unreadable`, by key.',
      query: z.object({ limit: limitSchema, cursor: cursorSchema }),
      answers: { 200: { description: 'One page.', schema: page } },
      problems: ['invalid-request', 'invalid-cursor', ...tableProblems],
    },
    get: {
      summary: `Read one: ${name}`,
      description: 'With `x-session` it is never older than what the session has seen.',
      requestHeaders: ['if-none-match', 'x-session'],
      answers: {
        200: { description: 'The item.', schema: item, headers: ['etag', 'x-session'] },
        304: { description: 'The caller has this version of it.', headers: ['etag', 'x-session'] },
      },
      problems: [
        ...readProblems,
        ...readOwned,
        'unreadable-item',
        'invalid-session',
        'item-not-found',
        'replica-behind',
      ],
    },
    put: {
      summary: `Replace one: ${name}`,
      description:
        'Its whole new content; there need not have been one. Conditions are checked in this region.',
      body: input,
      requestHeaders: conditional,
      answers: written(200, 'As stored in this region.'),
      problems: problems(...contentProblems),
    },
    patch: {
      summary: `Change one: ${name}`,
      description: 'A JSON Merge Patch (RFC 7396): members replace, null removes.',
      body: patch,
      requestHeaders: conditional,
      answers: written(200, 'As stored in this region.'),
      problems: problems(...contentProblems, 'item-not-found', 'unreadable-item'),
    },
    delete: {
      summary: `Delete one: ${name}`,
      description: 'The deletion is remembered, so that it wins over older writes from other regions.',
      requestHeaders: conditional,
      answers: {
        204: { description: 'It is deleted in this region.', headers: ['x-session', 'idempotency-replayed'] },
      },
      problems: problems('invalid-request', 'item-not-found'),
    },
  };
}

interface EntitySchemas {
  readonly item: core.$ZodType;
  readonly input: core.$ZodType;
  readonly patch: core.$ZodType;
  readonly page: core.$ZodType;
}

/** Facts of the platform, as an item on the wire has them. */
const { createdAt, updatedAt, ttl, region, version } = itemSchema.shape;

function schemasOf({ name, schema }: Entity): EntitySchemas {
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  const { shape } = schema._zod.def;
  const fields = randomValue(schema, randomFrom(1));
  const facts = { id: skSchema, createdAt, updatedAt, ttl, region, version };
  const examples = (extra: object) =>
    fields === undefined ? {} : { examples: [{ ...extra, ...Object(fields) }] };
  const given = Object.fromEntries(Object.entries(facts).map(([fact, type]) => [fact, z.optional(type)]));
  const changed = Object.fromEntries(
    Object.entries(shape).map(([field, type]) => [field, z.optional(z.nullable(type))]),
  );
  const item = z.object({ ...facts, ...shape }).register(z.globalRegistry, {
    id: title,
    description: `One item of the kind "${name}".`,
    ...examples(exampleFacts),
  });
  const strict = { description: 'What was read may be sent back: members of the platform are ignored.' };
  return {
    item,
    input: z
      .strictObject({ ...given, ...shape })
      .register(z.globalRegistry, { id: `${title}Input`, ...strict, ...examples({}) }),
    patch: z
      .strictObject({ ...given, ...changed })
      .register(z.globalRegistry, { id: `${title}Patch`, ...strict }),
    page: z.object({ items: z.array(item), unreadable: unreadableSchema, cursor: z.optional(z.string()) }),
  };
}

const exampleFacts = {
  id: '01a20320-b536-7000-8000-0000000000a1',
  createdAt: '2026-12-01T12:00:00.000Z',
  updatedAt: '2026-12-01T12:00:00.000Z',
  region: 'eu-west-1',
  version: { 'eu-west-1': 1_796_126_400_000_000 },
};

function keySchema({ schema, partition }: Entity, path: string): core.$ZodType | undefined {
  if (!path.includes('{')) return undefined;
  const { shape } = schema._zod.def;
  const field = partition === undefined ? undefined : shape[partition];
  const key = partition === undefined || field === undefined ? {} : { [partition]: field };
  return z.object({ ...key, ...(path.endsWith('/{id}') && { id: skSchema }) });
}

function querySchema(indexes: Entity['indexes']): core.$ZodType {
  const fields = [...new Set(Object.values(indexes).map(({ partition }) => partition))];
  return z.object({
    index: z.enum(Object.keys(indexes)),
    ...Object.fromEntries(fields.map((field) => [field, z.optional(z.string())])),
    limit: limitSchema,
    cursor: cursorSchema,
  });
}

const bodylessProblems = ['invalid-request', 'item-too-large'] as const;

/** Whatever the stores throw that a route calls is answered as it is. */
const ownProblems = [
  ...changeProblems,
  'invalid-cursor',
  'item-not-found',
  'unreadable-item',
  'not-the-owner',
  'replica-behind',
] as const;

/** Members that the path names are taken from there, the others from the query or the body. */
function ownOperation({ method, path, request, response, summary }: OwnRoute): Operation {
  const { shape } = request._zod.def;
  const named = (name: string) => path.includes(`{${name}}`);
  const inPath = Object.fromEntries(Object.entries(shape).filter(([name]) => named(name)));
  const others = Object.fromEntries(Object.entries(shape).filter(([name]) => !named(name)));
  const isQuery = method === 'GET' || method === 'DELETE';
  return {
    tag: 'routes',
    summary,
    description: 'A route of this backend.',
    ...(Object.keys(inPath).length > 0 && { path: z.object(inPath) }),
    ...(isQuery ? { query: z.object(others) } : { body: z.strictObject(others) }),
    requestHeaders: ['idempotency-key', 'x-session'],
    answers: {
      200: {
        description: 'What the route answers.',
        schema: response,
        headers: ['x-session', 'idempotency-replayed'],
      },
    },
    problems: [...(isQuery ? bodylessProblems : contentProblems), ...ownProblems],
  };
}
