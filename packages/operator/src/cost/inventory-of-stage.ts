import type { StageChanges } from '@gsp/platform/topology';
import type { StageTarget } from '../cloud/stage-target.ts';
import type { Project } from '../project.ts';
import { synthesize } from '../synthesis/synthesize.ts';
import { readResources } from './read-resources.ts';
import { type Inventory, takeInventory } from './take-inventory.ts';

/**
 * What the stage's templates hold that is billed, with those changes to its settings.
 *
 * @throws {SynthesisError} where the definition is wrong
 */
export async function inventoryOfStage(
  { rootDir }: Pick<Project, 'rootDir'>,
  { regions, branch: name }: Pick<StageTarget, 'regions' | 'branch'>,
  changes?: StageChanges,
): Promise<Inventory> {
  const backend = { type: 'branch', namespace: 'local', name } as const;
  const made = await synthesize({ rootDir, regions, backend, changes });
  const resources = await Promise.all(
    made.map(({ assemblyDir, region }) => readResources(assemblyDir, region)),
  );
  return takeInventory(resources.flat(), regions);
}
