import { DEFAULT_PORT_BASE } from '@gsp/twin';
import { loadProject } from '../project.ts';
import type { Platform } from './platform.ts';
import { twinPlatform } from './twin-platform.ts';

/** Control API of a twin that was started with no port of its own. */
export const DEFAULT_TWIN = `http://127.0.0.1:${DEFAULT_PORT_BASE}`;

/** Which platform an operator means: a twin by its control API, or a deployed one by its outputs file. */
export interface PlatformAddress {
  /** URL of the twin's control API. */
  readonly twin: string;
  /** Outputs of a deployed platform; where it is given, it is meant. */
  readonly target?: string;
}

/** @throws {CommandError} when there is no such platform */
export async function openPlatform(
  { twin, target }: PlatformAddress,
  signal: AbortSignal,
): Promise<Platform> {
  if (target === undefined) return twinPlatform(twin, signal);
  // Imported here: the twin needs no topology, and the AWS SDK's credential chain takes a while to load.
  const [{ cloudPlatform }, { topology }] = await Promise.all([import('./cloud-platform.ts'), loadProject()]);
  return cloudPlatform(target, { topology, signal });
}
