import { join } from 'node:path';
import { makeOwnFolder, readOwnFile, replaceOwnFile } from '../../own-file.ts';
import { isObject } from '../item/attribute-value.ts';
import { DataDirectoryError } from './data-directory-error.ts';

/**
 * How far a peer has acknowledged this replica's change log. Kept in a file so that a restarted replica goes on
 * from there; to go on from an earlier place is harmless, since a change is applied once.
 */
export class PeerPosition {
  readonly #path: string;
  #saved: number;
  #sequence: number;

  /** @throws {DataDirectoryError} `Corrupt` when the file is not what this class writes */
  constructor(dataDir: string, peerRegion: string) {
    const folder = join(dataDir, 'peers');
    makeOwnFolder(folder);
    this.#path = join(folder, `${peerRegion}.json`);
    const bytes = readOwnFile(this.#path);
    this.#saved = bytes === undefined ? 0 : readSequence(this.#path, bytes);
    this.#sequence = this.#saved;
  }

  /** Every record up to this sequence number is acknowledged, or is none that the peer is sent. */
  get sequence(): number {
    return this.#sequence;
  }

  advance(sequence: number): void {
    this.#sequence = sequence;
  }

  /** Writes the position down when it has moved. */
  save(): void {
    if (this.#saved === this.#sequence) return;
    replaceOwnFile(this.#path, JSON.stringify({ sequence: this.#sequence }));
    this.#saved = this.#sequence;
  }
}

function readSequence(path: string, bytes: Buffer): number {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new DataDirectoryError('Corrupt', path, { reason: 'it is not JSON', cause });
  }
  if (!isObject(parsed) || !Number.isSafeInteger(parsed.sequence))
    throw new DataDirectoryError('Corrupt', path, { reason: 'it holds no sequence number' });
  return Number(parsed.sequence);
}
