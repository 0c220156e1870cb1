import { type DataDirectory, openDataDirectory } from './data-directory.ts';
import { type PortPlan, planPorts, requireFreePorts } from './port-plan.ts';

/** What a twin runs on, before there is anything to run: its ports and its data directory. */
export interface TwinReservation {
  readonly plan: PortPlan;
  readonly dataDirectory: DataDirectory;
  /** Gives the data directory back. For whoever starts no twin on it after all: a twin does it itself. */
  release(): Promise<void>;
}

/**
 * Takes the data directory for this process and makes sure that the ports are free: all that can refuse a start without a
 * definition, so that nobody waits for a synthesis to hear of it.
 *
 * The directory first. What a twin that was killed with `kill -9` left running holds the ports, and only its lock names it:
 *
 *     lock of the dead twin -> its processes are ended -> their ports are free -> ports are checked -> synthesis
 *
 * @throws {TwinError} `DataDirectoryInUse`, `DataDirectoryUnusable`; `PortInUse` naming every taken port
 */
export async function reserveTwin(options: {
  /** In topology order, which is the order of the ports. */
  readonly regions: readonly string[];
  readonly portBase: number;
  readonly dataDir: string;
  /** Remove what an earlier twin kept in the data directory. */
  readonly fresh: boolean;
}): Promise<TwinReservation> {
  const plan = planPorts(options.portBase, options.regions);
  const dataDirectory = await openDataDirectory(options.dataDir, { fresh: options.fresh });
  try {
    await requireFreePorts(plan);
  } catch (error) {
    await dataDirectory.release();
    throw error;
  }
  return { plan, dataDirectory, release: () => dataDirectory.release() };
}
