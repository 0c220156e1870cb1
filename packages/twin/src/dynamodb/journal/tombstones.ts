import { join } from 'node:path';
import { isObject } from '../item/attribute-value.ts';
import type { Stamp } from '../item/hybrid-logical-clock.ts';
import type { ItemKey } from '../item/item-key.ts';
import { AppendFile } from './append-file.ts';

/** What is left of a deleted item: the stamp of its deletion, which an older put must not pass. */
export interface Tombstone {
  readonly tableName: string;
  readonly key: ItemKey;
  readonly stamp: Stamp;
  /** When the deletion was made in this replica, epoch milliseconds. */
  readonly timeMs: number;
}

const FILE_NAME = 'tombstones.jsonl';

/**
 * The file of a replica's tombstones. The index holds them in memory; this file brings them back after a
 * restart.
 */
export class TombstoneFile {
  readonly #file: AppendFile;

  private constructor(file: AppendFile) {
    this.#file = file;
  }

  /** Opens the file of a folder. @throws {DataDirectoryError} `Corrupt` when a line is not JSON */
  static open(dataDir: string): { readonly file: TombstoneFile; readonly tombstones: readonly Tombstone[] } {
    const { file, lines } = AppendFile.open(join(dataDir, FILE_NAME));
    return { file: new TombstoneFile(file), tombstones: lines.filter(isTombstone) };
  }

  get size(): number {
    return this.#file.size;
  }

  append(tombstones: readonly Tombstone[]): void {
    if (tombstones.length > 0) this.#file.append(textOf(tombstones));
  }

  /** Writes the file anew with the tombstones that are still needed. */
  replace(tombstones: readonly Tombstone[]): void {
    this.#file.replace(textOf(tombstones));
  }

  close(): void {
    this.#file.close();
  }
}

function textOf(tombstones: readonly Tombstone[]): string {
  return tombstones.map((tombstone) => `${JSON.stringify(tombstone)}\n`).join('');
}

function isTombstone(line: unknown): line is Tombstone {
  return (
    isObject(line) &&
    typeof line.tableName === 'string' &&
    typeof line.key === 'string' &&
    typeof line.stamp === 'string' &&
    typeof line.timeMs === 'number'
  );
}
