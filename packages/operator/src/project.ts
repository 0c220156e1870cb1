import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CommandError } from '@gsp/cli-kit';
import type { Topology } from '@gsp/platform/topology';

/** What a project's folder is known by. */
const DEFINITION = 'amplify/backend.ts';

/** The project that a command is about: what a team owns, wherever this package is installed. */
export interface Project {
  readonly rootDir: string;
  readonly topology: Topology;
}

/**
 * Reads a project. Its topology is imported here and not with the command, so that one that does not hold is an error
 * like any other.
 *
 * @param rootDir @default - as {@link findProjectDir} finds it
 * @throws {CommandError} where there is no project, or its topology cannot be found
 * @throws {TopologyError} where the topology does not hold
 */
export async function loadProject(rootDir: string = findProjectDir()): Promise<Project> {
  const file = join(rootDir, 'amplify/topology.ts');
  if (!existsSync(file))
    throw new CommandError(`Cannot read the topology: there is no ${file}, it is needed.`);
  const module: { readonly topology?: unknown } = await import(pathToFileURL(file).href);
  if (isTopology(module.topology)) return { rootDir, topology: module.topology };
  throw new CommandError(
    `Cannot read the topology: ${file} does not export one, it is needed. Write: export const topology = defineTopology({ … })`,
  );
}

/**
 * The folder of the project that `from` is in: the nearest one upwards with a backend.
 *
 * @throws {CommandError} where there is none
 */
export function findProjectDir(from: string = process.cwd()): string {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, DEFINITION))) return dir;
    if (dir === dirname(dir)) break;
  }
  throw new CommandError(
    `Cannot find the project: neither ${from} nor a folder above it has ${DEFINITION}, it is needed. Run this in the project.`,
  );
}

function isTopology(value: unknown): value is Topology {
  return typeof value === 'object' && value !== null && 'project' in value && 'regions' in value;
}
