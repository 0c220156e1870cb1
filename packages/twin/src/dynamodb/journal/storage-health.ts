import { EngineUnavailableError } from '../engine/engine-client.ts';

/** What the system says when nothing can be written, and what a person calls it. */
const REASONS = {
  ENOSPC: 'the disk is full (ENOSPC)',
  EDQUOT: 'the quota of disk space is used up (EDQUOT)',
  EFBIG: 'a file would become larger than it may (EFBIG)',
  EROFS: 'the file system is read-only (EROFS)',
  EIO: 'the disk fails (EIO)',
} as const;

/** The same of the bundled engine's database. https://www.sqlite.org/rescode.html */
const DATABASE_REASONS: readonly (readonly [says: RegExp, reason: string])[] = [
  [/database or disk is full/i, REASONS.ENOSPC],
  [/disk I\/O error/i, REASONS.EIO],
  [/attempt to write a readonly database/i, REASONS.EROFS],
];

/**
 * Whether a replica's writes reach its files. A failed one is answered as an internal error, of which a client learns
 * nothing more: this is what the person learns who can free the disk.
 */
export class StorageHealth {
  readonly #folder: string;
  readonly #onChange: (failure: string | null) => void;
  #failure: string | null = null;

  /**
   * @param folder - where the files are, for the person
   * @param onChange - told of the first write that failed for another reason than the one before, and of the first that did not
   */
  constructor(folder: string, onChange: (failure: string | null) => void) {
    this.#folder = folder;
    this.#onChange = onChange;
  }

  /** A write failed. One that failed for another reason than its files is none of this. */
  failed(error: unknown): void {
    const reason = reasonOf(error);
    if (reason === undefined) return;
    this.#become(`it cannot write to ${this.#folder}: ${reason}. Writes fail until it can`);
  }

  /** A write reached its files, all of them. */
  succeeded(): void {
    this.#become(null);
  }

  #become(failure: string | null): void {
    if (failure === this.#failure) return;
    this.#failure = failure;
    this.#onChange(failure);
  }
}

function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof EngineUnavailableError)
    return DATABASE_REASONS.find(([says]) => says.test(error.message))?.[1];
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return Object.hasOwn(REASONS, code) ? REASONS[code as keyof typeof REASONS] : undefined;
}
