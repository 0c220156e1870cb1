import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TopologyInput } from '@gsp/platform/topology';
import { placeDefinition } from '../project/test-project.ts';

const ROOT_DIR = fileURLToPath(new URL('../../', import.meta.url));

/** Does work in a folder beside the packages, where a definition finds them; it is gone afterwards. */
export async function besidePackages<T>(work: (dir: string) => Promise<T>): Promise<T> {
  await mkdir(join(ROOT_DIR, '.amplify'), { recursive: true });
  const dir = await mkdtemp(join(ROOT_DIR, '.amplify/variant-'));
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/**
 * Copies the definition of tests into a folder of {@link besidePackages}, with what a user gets who writes `topology` into
 * `amplify/topology.ts`.
 *
 * @returns the address of the copy's `backend.ts`
 */
export async function copyDefinition(dir: string, topology?: TopologyInput): Promise<string> {
  await placeDefinition(dir);
  await cp(join(ROOT_DIR, 'tsconfig.json'), join(dir, 'tsconfig.json'));
  if (topology !== undefined)
    await writeFile(
      join(dir, 'amplify/topology.ts'),
      `import { defineTopology } from '@gsp/platform/topology';
       export const topology = defineTopology(${JSON.stringify(topology)});`,
    );
  return pathToFileURL(join(dir, 'amplify/backend.ts')).href;
}
