import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TwinAssembly } from '@gsp/operator/start';
import { freePortBase, reserveTwin, startControlApi, Twin } from '@gsp/twin';

/** A twin that a drill has started for itself. */
export interface OwnTwin {
  /** URL of its control API. */
  readonly control: string;
  /** Ends it and removes its data; nothing of it is left. */
  end(): Promise<void>;
}

/** Replication lag of a drill's twin: enough for writes to meet, short enough not to wait for. */
const LAG_MS = { min: 0, max: 40 };

/**
 * Starts a twin on free ports with a data directory of its own.
 *
 * @throws {TwinError} when no block of ports is free, or the twin cannot be started
 */
export async function startOwnTwin(
  assembled: TwinAssembly,
  { seed, timeScale }: { seed: number; timeScale: number },
): Promise<OwnTwin> {
  const folder = await mkdtemp(join(tmpdir(), 'drill-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const regions = assembled.assemblies.map(({ region }) => region);
    const portBase = await freePortBase(regions);
    const reservation = await reserveTwin({ regions, portBase, dataDir: join(folder, 'data'), fresh: true });
    const twin = await Twin.start({
      ...assembled,
      reservation,
      lagMs: LAG_MS,
      seed,
      timeScale,
      engineKind: 'dynoxide',
      // The drill kills regions on purpose: that they are gone is no news.
      onNotice: () => undefined,
    });
    const control = await startControlApi(twin);
    return {
      control: control.url,
      async end() {
        await control.close();
        await twin.stop();
        await removeFolder();
      },
    };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}
