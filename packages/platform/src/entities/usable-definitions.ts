import { type Definitions, definedRoutes } from '../contract/definitions.ts';
import type { Entity } from '../contract/entity.ts';
import { servedRoutes } from '../contract/served-routes.ts';
import { DefinitionError } from './definition-error.ts';
import { schemaFaults } from './schema-faults.ts';

/** What of a stage decides what may be defined in it. */
export interface DefinitionLimits {
  /** Indexes of the table that entities share. */
  readonly indexPool: number;
  readonly consistency: 'eventual' | 'strong';
}

/**
 * Checks what a team has defined, all together and against the stage: what one definition alone cannot tell.
 *
 * @param exported - what the modules of entities and of routes export
 * @throws {DefinitionError} with every fault
 */
export function usableDefinitions(
  exported: {
    readonly entities: Readonly<Record<string, unknown>>;
    readonly routes: Readonly<Record<string, unknown>>;
  },
  limits: DefinitionLimits,
): Required<Definitions> {
  const definitions = exported as unknown as Required<Definitions>;
  const strangers = [
    ...strange(exported.entities, 'entity', 'entities'),
    ...strange(exported.routes, 'route', 'routes'),
  ];
  if (strangers.length > 0) throw new DefinitionError('the definitions', strangers);
  const entities = Object.values(definitions.entities);
  const faults = [
    ...twice(entities.map(({ name }) => name)).map((name) => `Two entities are named '${name}'. Rename one.`),
    ...twice(entities.map(({ plural }) => plural)).map(
      (plural) => `Two entities have the plural '${plural}'. Give one another plural.`,
    ),
    ...routeFaults(definitions),
    ...entities.flatMap((entity) =>
      [...stageFaults(entity, limits), ...schemaFaults(entity)].map((fault) => `${entity.name}: ${fault}`),
    ),
  ];
  if (faults.length > 0) throw new DefinitionError('the definitions', faults);
  return definitions;
}

function strange(exports: Readonly<Record<string, unknown>>, kind: string, module: string): string[] {
  return Object.entries(exports)
    .filter(
      ([, value]) => typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== kind,
    )
    .map(
      ([name]) =>
        `amplify/${module}/index.ts exports '${name}', which is no ${kind}. Export only what define${kind === 'entity' ? 'Entity' : 'Route'} makes.`,
    );
}

function stageFaults({ indexes, life }: Entity, { indexPool, consistency }: DefinitionLimits): string[] {
  const count = Object.keys(indexes).length;
  return [
    ...(count > indexPool
      ? [
          `indexes: it has ${count}, the table has ${indexPool}. Take some out, or raise table.indexPool by one for each deployment.`,
        ]
      : []),
    ...(consistency === 'strong' && life !== 'forever'
      ? ["life: a strongly consistent table has no time to live. Use 'forever'."]
      : []),
  ];
}

/** Two paths that differ only in the names of their parameters are one for API Gateway. */
function routeFaults(definitions: Definitions): string[] {
  const builtIn = servedRoutes.map(({ method, path }) => keyOf(method, path));
  const defined = definedRoutes(definitions).map(({ name, method, path }) => ({
    name,
    method,
    path,
    key: keyOf(method, path),
  }));
  const clashing = new Set(twice([...new Set(builtIn), ...defined.map(({ key }) => key)]));
  const sameName = new Set(
    twice([...new Set(servedRoutes.map(({ name }) => name as string)), ...defined.map(({ name }) => name)]),
  );
  return [
    ...defined
      .filter(({ key }) => clashing.has(key))
      .map(
        ({ name, method, path }) =>
          `${name}: ${method} ${path} is another route already. Choose another plural or path.`,
      ),
    ...defined
      .filter(({ name }) => sameName.has(name))
      .map(({ name }) => `'${name}' names two operations. Rename one.`),
  ];
}

function keyOf(method: string, path: string): string {
  return `${method} ${path.replace(/\{[^}]*\}/g, '{}')}`;
}

function twice(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, at) => values.indexOf(value) < at))];
}
