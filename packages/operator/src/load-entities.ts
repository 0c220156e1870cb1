import { CommandError } from '@gsp/cli-kit';
import type { Entity } from '@gsp/platform/contract';
import { loadDefinitions } from './load-definitions.ts';

const FILE = 'amplify/entities/index.ts';

/** The entities that a project defines. */
export async function loadEntities(rootDir: string): Promise<readonly Entity[]> {
  return Object.values((await loadDefinitions(rootDir)).entities);
}

/** The entities that a project defines, or what keeps them from being loaded: a finding like any other. */
export async function entitiesOf(rootDir: string): Promise<readonly Entity[] | Error> {
  try {
    return await loadEntities(rootDir);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/**
 * The entity of that name, as a project defines it.
 *
 * @throws {CommandError} where there is none
 */
export async function loadEntity(rootDir: string, name: string): Promise<Entity> {
  const entities = await loadEntities(rootDir);
  const entity = entities.find((each) => each.name === name);
  if (entity !== undefined) return entity;
  const names = entities.map((each) => each.name).join(', ') || 'none';
  throw new CommandError(`Unknown entity '${name}'. ${FILE} exports ${names}.`);
}
