import { CommandError, openTerminal, type Terminal, waitForTermination } from '@gsp/cli-kit';
import type { Entity } from '@gsp/platform/contract';
import { type ReindexCounts, reindexTable } from '@gsp/platform/maintenance';
import { translateAwsError } from '../cloud/cloud-error.ts';
import { loadEntity } from '../load-entities.ts';
import type { Project } from '../project.ts';
import { type CursorFile, cursorFile } from './cursor-file.ts';
import { type OpenReplicas, openReplicas, type ReplicasAddress } from './open-replicas.ts';

/** The options of `npm run reindex`, parsed. */
export interface RunReindexOptions extends ReplicasAddress {
  readonly entity: string;
  readonly index?: string;
  /** Capacity units a second. */
  readonly units: number;
  readonly restart: boolean;
  readonly json: boolean;
}

/**
 * Puts the items of an entity into its indexes, and prints what was done.
 *
 * @throws {CommandError} when it was interrupted, or items were being written, so that it has to be run again
 */
export async function runReindex(
  options: RunReindexOptions,
  { rootDir, topology }: Project,
  terminal: Terminal = openTerminal(options),
): Promise<void> {
  const entity = await loadEntity(rootDir, options.entity);
  requireIndex(entity, options.index);
  const stop = new AbortController();
  void waitForTermination().then((signal) => stop.abort(interrupted(signal)));
  const table = await openReplicas(options, { topology, signal: stop.signal });
  const cursor = cursorFile(rootDir, `${table.tableName}-${entity.name}-${options.index ?? 'all'}`);
  try {
    const counts = await terminal.during(
      `Reindexing ${entity.plural} in ${table.replicas[0].region}`,
      (onProgress) => reindex(options, { entity, table, cursor, onProgress, terminal, signal: stop.signal }),
      (done) => `Reindexed ${entity.plural}: ${describeCounts(done)}`,
    );
    terminal.result(
      options.json
        ? JSON.stringify({ entity: entity.name, index: options.index ?? null, ...counts }, null, 2)
        : describeCounts(counts),
    );
    if (counts.busy > 0) throw stillBusy(counts.busy);
  } catch (error) {
    // What was under way says that it was aborted; why is what the operator wants to read.
    stop.signal.throwIfAborted();
    throw translateAwsError(error, { act: 'reindex the table', region: table.replicas[0].region });
  } finally {
    table.close();
  }
}

interface ReindexTools {
  readonly entity: Entity;
  readonly table: OpenReplicas;
  readonly cursor: CursorFile;
  readonly onProgress: (progress: string) => void;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

async function reindex(
  { index, units, restart }: RunReindexOptions,
  { entity, table, cursor, onProgress, terminal, signal }: ReindexTools,
): Promise<ReindexCounts> {
  return reindexTable({
    tableName: table.tableName,
    replicas: table.replicas,
    entity,
    index,
    unitsPerSecond: units,
    after: restart ? undefined : await cursor.read(),
    onPage: async (counts, next) => {
      await cursor.write(next);
      onProgress(describeCounts(counts));
    },
    nowMs: terminal.clock.nowMs,
    sleep: terminal.clock.sleep,
    signal,
  });
}

/** @throws {CommandError} for an index that the entity does not have */
function requireIndex({ name, indexes }: Entity, index: string | undefined): void {
  if (index === undefined || Object.hasOwn(indexes, index)) return;
  const names = Object.keys(indexes).join(', ') || 'none';
  throw new CommandError(`Unknown index '${index}'. The indexes of '${name}' are: ${names}.`);
}

function describeCounts({ items, changed, busy, unreadable }: ReindexCounts): string {
  return `${items} items read, ${changed} changed, ${busy} busy, ${unreadable} unreadable`;
}

function stillBusy(count: number): CommandError {
  return new CommandError(
    `${count === 1 ? '1 item was' : `${count} items were`} not reindexed. Regions held different versions of them. ` +
      'Wait until replication has caught up, then run the same command again.',
  );
}

function interrupted(signal: NodeJS.Signals): CommandError {
  return new CommandError(
    `Reindexing was interrupted (${signal}). What was done stays done. Run the same command again to continue.`,
  );
}
