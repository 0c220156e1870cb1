import { CommandError, openTerminal, type Terminal, waitForTermination } from '@gsp/cli-kit';
import { listEvacuations } from '@gsp/client/operator';
import { type EvacuateOptions, evacuateRegion } from './evacuate-region.ts';
import { DEFAULT_TWIN, openPlatform, type PlatformAddress } from './open-platform.ts';
import { type Platform, regionNamed } from './platform.ts';
import { renderEvacuation, renderEvacuationList, renderRestore } from './render-evacuation.ts';
import { type RestoreOptions, restoreRegion } from './restore-region.ts';

/** What every operator's command takes: where the platform is, and who reads the result. */
export interface CommandOptions extends PlatformAddress {
  readonly json: boolean;
}

/** @throws {CommandError} as {@link evacuateRegion} does */
export function runEvacuate(options: CommandOptions & Omit<EvacuateOptions, 'signal'>): Promise<void> {
  return onPlatform(options, async (platform, { terminal, signal }) => {
    const result = await evacuateRegion(platform, { ...options, terminal, signal });
    terminal.result(
      options.json
        ? toJson(result)
        : renderEvacuation(result, { nowMs: Date.now(), address: addressOf(options) }),
    );
  });
}

/** @throws {CommandError} as {@link restoreRegion} does */
export function runRestore(options: CommandOptions & Omit<RestoreOptions, 'signal'>): Promise<void> {
  return onPlatform(options, async (platform, { terminal, signal }) => {
    const result = await restoreRegion(platform, { ...options, terminal, signal });
    terminal.result(options.json ? toJson(result) : renderRestore(result, { address: addressOf(options) }));
  });
}

/**
 * Prints what one region's replica knows of evacuations, and who did what.
 *
 * @throws {OperatorError} when no region answers, or when it refuses
 */
export function runListEvacuations(options: CommandOptions & { readonly via?: string }): Promise<void> {
  return onPlatform(options, async (platform, { terminal, signal }) => {
    const act = 'list evacuations';
    const regions =
      options.via === undefined ? platform.regions : [regionNamed(options.via, { platform, act })];
    const list = await listEvacuations({ regions, credentials: platform.credentials, signal });
    terminal.result(options.json ? toJson(list) : renderEvacuationList(list, Date.now()));
  });
}

async function onPlatform(
  options: CommandOptions,
  work: (platform: Platform, tools: { terminal: Terminal; signal: AbortSignal }) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  void waitForTermination().then((signal) =>
    stop.abort(
      new CommandError(
        `Cannot wait any longer: told to end (${signal}). What was asked for stands; see it with npm run evacuate -- --list.`,
      ),
    ),
  );
  try {
    const terminal = openTerminal(options);
    const open = () => openPlatform(options, stop.signal);
    const platform =
      options.target === undefined
        ? await open()
        : await terminal.during(`Looking at the platform of ${options.target}`, open, describe);
    await work(platform, { terminal, signal: stop.signal });
  } catch (error) {
    // What was under way says that it was aborted; why is what the operator wants to read.
    stop.signal.throwIfAborted();
    throw error;
  }
}

function describe({ regions, routing }: Platform): string {
  const names = regions.map(({ region }) => region).join(', ');
  return routing === null ? `${names}, without a domain` : `${names}, behind ${routing.globalName}`;
}

/** What a command to come has to say so that it means the same platform. */
function addressOf({ twin, target }: PlatformAddress): string {
  if (target !== undefined) return ` --target ${target}`;
  return twin === DEFAULT_TWIN ? '' : ` --twin ${twin}`;
}

function toJson(value: object): string {
  return JSON.stringify(value, null, 2);
}
