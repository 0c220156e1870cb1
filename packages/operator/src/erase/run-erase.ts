import { randomInt } from 'node:crypto';
import { CommandError, INCONCLUSIVE, openTerminal, type Terminal, waitForTermination } from '@gsp/cli-kit';
import type { ItemKey } from '@gsp/platform/contract';
import { entityKey, findOwned } from '@gsp/platform/maintenance';
import { DEFAULT_SETTINGS } from '@gsp/platform/topology';
import { loadEntities, loadEntity } from '../load-entities.ts';
import type { Project } from '../project.ts';
import { type OpenReplicas, openReplicas, type ReplicasAddress } from '../reindex/open-replicas.ts';
import { type ErasedRegion, eraseEverywhere } from './erase-everywhere.ts';

/** The options of `npm run erase`, parsed. */
export interface RunEraseOptions extends ReplicasAddress {
  readonly subject?: string;
  readonly entity?: string;
  readonly id?: string;
  readonly partition?: string;
  /** Milliseconds. */
  readonly settle: number;
  readonly yes: boolean;
  readonly json: boolean;
}

/**
 * Erases an item or what belongs to a subject, and prints what was removed, region by region, and what stays.
 *
 * @throws {CommandError} with the code {@link INCONCLUSIVE} when a region did not answer
 */
export async function runErase(
  options: RunEraseOptions,
  { rootDir, topology }: Project,
  terminal: Terminal = openTerminal(options),
): Promise<void> {
  const stop = new AbortController();
  void waitForTermination().then((signal) => stop.abort(interrupted(signal)));
  const { signal } = stop;
  const what = options.subject ?? options.id ?? '';
  const fixed = options.subject === undefined ? [await keyOf(options, rootDir)] : undefined;
  const owned = options.subject === undefined ? [] : await ownedEntities(rootDir);
  const table = await openReplicas(options, { topology, signal });
  try {
    if (!options.yes) await terminal.confirm(`This erases ${what} in every region, for good.`, what, signal);
    const { tableName, settings = DEFAULT_SETTINGS } = table;
    const regions = await terminal.during(
      `Erasing ${what} in ${table.replicas.map(({ region }) => region).join(', ')}`,
      () =>
        eraseEverywhere({
          table,
          // Each region is asked anew: a write that arrives late is found too.
          keysIn: (replica, during) =>
            fixed === undefined
              ? findOwned({ tableName, replica, entities: owned, subject: what, signal: during })
              : Promise.resolve(fixed),
          tombstoneTtlSeconds: settings.table.tombstoneTtlSeconds,
          settleMs: options.settle,
          clock: terminal.clock,
          wallMs: Date.now,
          random: (limit) => randomInt(limit),
          signal,
        }),
    );
    const report = { regions, stays: whatStays(table) };
    terminal.result(options.json ? JSON.stringify(report, null, 2) : render(report));
    const silent = regions.filter(({ error }) => error !== null).map(({ region }) => region);
    if (silent.length > 0) throw inconclusive(silent);
  } catch (error) {
    stop.signal.throwIfAborted();
    throw error;
  } finally {
    table.close();
  }
}

async function keyOf(
  { entity = '', id = '', partition }: RunEraseOptions,
  rootDir: string,
): Promise<ItemKey> {
  const defined = await loadEntity(rootDir, entity);
  if ((defined.partition === undefined) === (partition === undefined))
    return entityKey(defined, { partition: partition ?? id, id });
  throw new CommandError(
    defined.partition === undefined
      ? `'${entity}' has no partition field. Leave --partition out.`
      : `'${entity}' is partitioned by ${defined.partition}. Give its value with --partition.`,
  );
}

async function ownedEntities(rootDir: string) {
  const owned = (await loadEntities(rootDir)).filter(({ access }) => access.owner !== undefined);
  if (owned.length > 0) return owned;
  throw new CommandError(
    'No entity has an owner, so nothing belongs to a subject. Erase items with --entity and --id.',
  );
}

/** What no command removes, or what has to remain: an operator answers for it. */
function whatStays({ settings }: OpenReplicas): readonly string[] {
  const days = settings?.logs.retentionDays;
  return [
    'Tombstones keep the keys of erased items, without content, until their time to live is over: older writes lose to them.',
    `Logs keep what functions and the access log wrote${days === undefined ? '' : ` for ${days} days`}: keys of conflicts, no content of items that could be read.`,
    'Queues of lost batches hold positions in the stream, no content. The stream itself holds changes for 24 hours.',
    ...(settings?.table.pointInTimeRecovery === true
      ? [
          'Point-in-time recovery can restore the table as it was in the last 35 days. Erase again after a restore.',
        ]
      : []),
  ];
}

function render({ regions, stays }: { regions: readonly ErasedRegion[]; stays: readonly string[] }): string {
  return [
    ...regions.map(({ region, items, conflicts, error }) =>
      error === null
        ? `${region}: ${items} items and ${conflicts} entries of the conflict log erased`
        : `${region}: not verified. ${error}`,
    ),
    ...stays,
  ].join('\n');
}

function inconclusive(regions: readonly string[]): CommandError {
  return new CommandError(
    `The erasure is not verified in ${regions.join(', ')}. Run the same command again when they answer.`,
    { code: INCONCLUSIVE },
  );
}

function interrupted(signal: NodeJS.Signals): CommandError {
  return new CommandError(
    `The erasure was interrupted (${signal}). What was erased stays erased. Run the same command again.`,
    { code: INCONCLUSIVE },
  );
}
