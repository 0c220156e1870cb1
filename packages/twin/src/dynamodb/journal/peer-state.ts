import { closeSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeOwnFolder, openOwnFile, readOwnFile } from '../../own-file.ts';
import { isObject } from '../item/attribute-value.ts';
import { DataDirectoryError } from './data-directory-error.ts';

/** What a replica says of its change log with every batch that it sends. */
export interface SentLog {
  /** Names the log: another one where the sender's data was removed. */
  readonly id: string;
  /** Names the run of the sender: another one after each start. */
  readonly run: string;
  /** The last change that the log held when that run began. */
  readonly base: number;
  /** Every change up to this one was acknowledged. */
  readonly acknowledged: number;
  /** As `acknowledged` in an earlier batch that was acknowledged: the receiver has written it down. */
  readonly told: number;
  /** The latest change that was sent, this batch included. */
  readonly last: number;
}

/** What a replica keeps of a peer's log: what it was sent, and where its own log was then. */
interface ReceivedLog extends Pick<SentLog, 'id' | 'run' | 'acknowledged' | 'last'> {
  /** The last change of this replica's own log when this was written. */
  readonly at: number;
}

interface PeerFile {
  readonly sequence: number;
  readonly told: number;
  readonly owesEverything: boolean;
  readonly received: ReceivedLog | null;
}

/**
 * The file is written in place and always whole, by one call and within one page, which a kill leaves as it was or as it is
 * to be: it is written with every batch, and replacing it would cost a hundred times that.
 */
const FILE_BYTES = 512;

const NEW_PEER: PeerFile = { sequence: 0, told: 0, owesEverything: false, received: null };

/**
 * What a replica knows of a peer, kept in a file: how far that one has acknowledged this replica's change log, and what it
 * has sent itself. To go on from an earlier place is harmless, since a change is applied once.
 *
 * By it both of them notice that one's data is not of the same time as the other's: a folder was removed, or replaced by an
 * older copy. Each batch says what its sender believes that the receiver has written down, and where the sender's log began
 * in this run. Whoever finds that the peer lacks what it once had, or lacks it itself, owes the peer everything.
 *
 *     west      1 2 3 … 80 ── sent ──>        | folder of 10 minutes ago: its log ends with 50
 *     central      received up to 80 ─────────┴─ hears `base: 50`, below 80: owes west everything
 *
 *     west      acknowledged up to 80         sends `told: 80`
 *     central   new folder, received nothing ─── refuses: it has forgotten; west owes it everything
 */
export class PeerState {
  readonly peerRegion: string;
  readonly path: string;
  readonly #descriptor: number;
  #file: PeerFile;
  #savedText: string;

  /** @throws {DataDirectoryError} `Corrupt` when the file is not what this class writes */
  constructor(dataDir: string, peerRegion: string) {
    const folder = join(dataDir, 'peers');
    makeOwnFolder(folder);
    this.peerRegion = peerRegion;
    this.path = join(folder, `${peerRegion}.json`);
    const bytes = readOwnFile(this.path);
    this.#file = bytes === undefined || bytes.length === 0 ? NEW_PEER : readPeerFile(this.path, bytes);
    this.#savedText = bytes?.toString('utf8').trimEnd() ?? '';
    this.#descriptor = openOwnFile(this.path, 'update');
  }

  /** Every record up to this sequence number is acknowledged, or is none that the peer is sent. */
  get sequence(): number {
    return this.#file.sequence;
  }

  /** What the peer has written down of that. */
  get told(): number {
    return this.#file.told;
  }

  /** Whether the peer is to be sent every item and deletion that is here, whoever made it. */
  get owesEverything(): boolean {
    return this.#file.owesEverything;
  }

  /** The latest place in this replica's own log that the file knows of: the log reaches at least to there. */
  get latestOwn(): number {
    return Math.max(this.#file.sequence, this.#file.received?.at ?? 0);
  }

  /** The peer has acknowledged everything up to `sequence`, and was told of everything up to `told`. */
  advance(sequence: number, told: number): void {
    this.#file = { ...this.#file, sequence, told };
  }

  /** Writes down that the peer lacks what this replica believed it to have. */
  oweEverything(): void {
    this.#file = { ...this.#file, told: 0, owesEverything: true };
    this.#trySave();
  }

  /** Writes down that the peer was sent everything up to `sequence` of the log. */
  paid(sequence: number): void {
    this.#file = { ...this.#file, sequence, told: 0, owesEverything: false };
    this.#trySave();
  }

  /**
   * Judges a peer's batch before it is applied.
   *
   * @returns `peerIsBehind`: the peer lacks changes of its own that it has sent here before; `isForgotten`: this replica
   *   lacks changes that it has acknowledged, and must not acknowledge more
   */
  judge(log: SentLog): { readonly peerIsBehind: boolean; readonly isForgotten: boolean } {
    const { received } = this.#file;
    const known = received?.id === log.id ? received : null;
    const isNewRun = received !== null && received.run !== log.run;
    return {
      peerIsBehind: isNewRun && (known === null || log.base < known.last),
      isForgotten: log.told > (known?.acknowledged ?? 0),
    };
  }

  /**
   * Writes down what a peer's batch, which was applied, says of its log; before the batch is acknowledged.
   *
   * @param at - the last change of this replica's own log
   */
  record({ id, run, acknowledged, base, last }: SentLog, at: number): void {
    const { received } = this.#file;
    const isSequel = received?.id === id && (received.run === run || base >= received.last);
    const latest = isSequel ? Math.max(received.last, last) : last;
    this.#file = { ...this.#file, received: { id, run, acknowledged, last: latest, at } };
    this.save();
  }

  /** On a full disk the next save does it: until then everything would be sent once more after a kill, which is harmless. */
  #trySave(): void {
    try {
      this.save();
    } catch {
      // As above.
    }
  }

  /** Writes the file when something has changed. @throws {Error} of the file system */
  save(): void {
    const text = JSON.stringify(this.#file);
    if (text === this.#savedText) return;
    writeSync(this.#descriptor, text.padEnd(FILE_BYTES), 0);
    this.#savedText = text;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function readPeerFile(path: string, bytes: Buffer): PeerFile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new DataDirectoryError('Corrupt', path, { reason: 'it is not JSON', cause });
  }
  if (!isObject(parsed) || !isSequence(parsed.sequence))
    throw new DataDirectoryError('Corrupt', path, { reason: 'it holds no sequence number' });
  const { sequence, told, owesEverything, received } = parsed;
  return {
    sequence,
    // Version 0.2 wrote nothing but the sequence number.
    told: isSequence(told) ? told : 0,
    owesEverything: owesEverything === true,
    received: isReceivedLog(received) ? received : null,
  };
}

function isReceivedLog(value: unknown): value is ReceivedLog {
  if (!isObject(value) || typeof value.id !== 'string' || typeof value.run !== 'string') return false;
  return isSequence(value.acknowledged) && isSequence(value.last) && isSequence(value.at);
}

function isSequence(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** Reads what a peer says of its log; nothing when it is not that. */
export function sentLogOf(value: unknown): SentLog | undefined {
  if (!isObject(value) || typeof value.id !== 'string' || typeof value.run !== 'string') return undefined;
  const { id, run, base, acknowledged, told, last } = value;
  if (!isSequence(base) || !isSequence(acknowledged) || !isSequence(told) || !isSequence(last))
    return undefined;
  return { id, run, base, acknowledged, told, last };
}
