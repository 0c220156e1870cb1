import { join } from 'node:path';
import { isObject } from '../item/attribute-value.ts';
import type { Stamp } from '../item/hybrid-logical-clock.ts';
import type { ItemKey } from '../item/item-key.ts';
import { AppendFile } from './append-file.ts';
import { type ImageJson, imageText } from './change-record.ts';
import { DataDirectoryError } from './data-directory-error.ts';
import type { TokenUse } from './idempotency-tokens.ts';

/**
 * That a write is about to be made. Kept from before the engine is asked until the change log has the write's
 * record, so that whatever dies in between, the outcome can be told afterwards from the item itself.
 */
export interface Intent {
  readonly stamp: Stamp;
  readonly origin: string;
  readonly tableName: string;
  readonly key: ItemKey;
  readonly kind: 'put' | 'delete';
  /** The item before the write; null when there was none. */
  readonly oldImage: ImageJson | null;
  /** The stamp of the item before the write; empty when there was none. */
  readonly oldStamp: Stamp;
  readonly timeMs: number;
  readonly expired: boolean;
  /** The change log's last sequence number at that moment: the write's own record can only come later. */
  readonly logSequence: number;
  /** The client's token of the transaction to which the write belongs. */
  readonly tokenUse?: TokenUse;
}

/** Names an intent, and the change record that it turns into: no two writes of an item share a stamp. */
export function intentId(of: {
  readonly stamp: Stamp;
  readonly tableName: string;
  readonly key: ItemKey;
}): string {
  return `${of.stamp} ${of.tableName} ${of.key}`;
}

const FILE_NAME = 'intents.jsonl';
const COMPACT_BYTES_MIN = 4 * 1024 * 1024;
const SHRINK_BYTES = 256 * 1024;

/** The open intents of a replica, in memory and in a file. */
export class Intents {
  readonly #file: AppendFile;
  readonly #open: Map<string, Intent>;
  #compactAtBytes = COMPACT_BYTES_MIN;

  private constructor(file: AppendFile, open: Map<string, Intent>) {
    this.#file = file;
    this.#open = open;
  }

  /**
   * Opens the file of a folder. Its intents that were not dropped are open until the caller says otherwise: the
   * change log knows which of them were carried out.
   *
   * @throws {DataDirectoryError} `Corrupt` when a line other than a torn last one is no intent
   */
  static open(dataDir: string): { readonly intents: Intents; readonly tornBytes: number } {
    const { file, lines, tornBytes } = AppendFile.open(join(dataDir, FILE_NAME));
    const open = new Map<string, Intent>();
    for (const [index, line] of lines.entries()) {
      if (isObject(line) && typeof line.dropped === 'string') {
        open.delete(line.dropped);
        continue;
      }
      const intent = fromLine(line);
      if (intent === undefined)
        throw new DataDirectoryError('Corrupt', file.path, { reason: `line ${index + 1} is not an intent` });
      open.set(intentId(intent), intent);
    }
    return { intents: new Intents(file, open), tornBytes };
  }

  get path(): string {
    return this.#file.path;
  }

  /** The open intents, oldest first. */
  all(): readonly Intent[] {
    return [...this.#open.values()];
  }

  /** True until an intent was carried out or dropped. */
  has(intent: Intent): boolean {
    return this.#open.has(intentId(intent));
  }

  /** Writes intents down, in one system call. @throws {Error} of the file system; then none was written */
  begin(intents: readonly Intent[]): void {
    this.#file.append(intents.map(toLine).join(''));
    for (const intent of intents) this.#open.set(intentId(intent), intent);
  }

  /** Forgets intents whose change record is in the log: the record itself says that they were carried out. */
  carriedOut(intents: readonly Intent[]): void {
    for (const intent of intents) this.#open.delete(intentId(intent));
    this.#shrink();
  }

  /** Forgets intents that were not carried out, for good. */
  drop(intents: readonly Intent[]): void {
    if (intents.length === 0) return;
    this.#file.append(intents.map((intent) => `${JSON.stringify({ dropped: intentId(intent) })}\n`).join(''));
    this.carriedOut(intents);
  }

  close(): void {
    this.#file.close();
  }

  /** Empties the file when nothing is open; under load, when there always is, rewrites it once it has doubled. */
  #shrink(): void {
    if (this.#file.size < SHRINK_BYTES) return;
    if (this.#open.size === 0) this.#file.clear();
    else if (this.#file.size > this.#compactAtBytes) {
      this.#file.replace(this.all().map(toLine).join(''));
      this.#compactAtBytes = Math.max(COMPACT_BYTES_MIN, 2 * this.#file.size);
    }
  }
}

function toLine({ oldImage, ...intent }: Intent): string {
  return `${JSON.stringify(intent).slice(0, -1)},"oldImage":${oldImage ?? 'null'}}\n`;
}

function fromLine(line: unknown): Intent | undefined {
  if (!isObject(line)) return undefined;
  const { stamp, origin, tableName, key, kind, oldStamp, timeMs, expired, logSequence, tokenUse } = line;
  if (typeof stamp !== 'string' || typeof origin !== 'string' || typeof oldStamp !== 'string')
    return undefined;
  if (typeof tableName !== 'string' || typeof key !== 'string') return undefined;
  if (kind !== 'put' && kind !== 'delete') return undefined;
  if (typeof timeMs !== 'number' || typeof logSequence !== 'number') return undefined;
  return {
    stamp,
    origin,
    tableName,
    key,
    kind,
    oldStamp,
    timeMs,
    logSequence,
    expired: expired === true,
    oldImage: imageText(line.oldImage),
    ...(isTokenUse(tokenUse) ? { tokenUse } : {}),
  };
}

function isTokenUse(value: unknown): value is TokenUse {
  return isObject(value) && typeof value.token === 'string' && typeof value.requestHash === 'string';
}
