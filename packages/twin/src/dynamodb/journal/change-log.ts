import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readOwnFile } from '../../own-file.ts';
import { AppendFile, parseLines } from './append-file.ts';
import { type ChangeRecord, fromLine, toLine } from './change-record.ts';
import { DataDirectoryError } from './data-directory-error.ts';

/** Told of the records of every append. Must not throw. */
export type ChangeListener = (records: readonly ChangeRecord[]) => void;

/** Which records to read. */
export interface ReadRange {
  /** Read records with a greater sequence number than this. */
  readonly after: number;
  readonly limit: number;
}

const SEGMENT_RECORDS_MAX = 4_096;
const SEGMENT_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Every change that this replica made, in the order in which it made them: the source of its streams and of
 * the replication to its peers.
 *
 * Kept in segments. The open one is in memory too, so that a reader who keeps up never reads a file; of the
 * closed ones the one that was read last stays in memory, since a slow reader goes through it in small steps.
 */
export class ChangeLog {
  readonly #dataDir: string;
  readonly #closed: LogSegment[];
  readonly #listeners = new Set<ChangeListener>();
  #file: AppendFile;
  #openSegment: LogSegment;
  #open: ChangeRecord[];
  #lastRead: { readonly segment: LogSegment; readonly records: readonly ChangeRecord[] } | undefined;

  private constructor(
    dataDir: string,
    closed: LogSegment[],
    open: { segment: LogSegment; file: AppendFile; records: ChangeRecord[] },
  ) {
    this.#dataDir = dataDir;
    this.#closed = closed;
    this.#openSegment = open.segment;
    this.#file = open.file;
    this.#open = open.records;
  }

  /**
   * Opens the log of a folder and cuts off a line that was being written when its process was killed.
   *
   * @throws {DataDirectoryError} `Corrupt` when the newest segment holds anything else that is no record, or an older one
   *   does not reach to the next: whoever read on at the gap would take it for the end
   */
  static open(dataDir: string): { readonly log: ChangeLog; readonly tornBytes: number } {
    const segments = listSegments(dataDir);
    requireWhole(segments);
    const segment = segments.pop() ?? { path: segmentPath(dataDir, 1), firstSequence: 1 };
    const { file, lines, tornBytes } = AppendFile.open(segment.path);
    const records = recordsOf(segment, lines);
    return { log: new ChangeLog(dataDir, segments, { segment, file, records }), tornBytes };
  }

  /** Sequence number of the oldest record that is kept; one more than the last when there is none. */
  get firstSequence(): number {
    return this.#closed[0]?.firstSequence ?? this.#openSegment.firstSequence;
  }

  /** Sequence number of the newest record; 0 before the first one. */
  get lastSequence(): number {
    return this.#openSegment.firstSequence + this.#open.length - 1;
  }

  get segmentCount(): number {
    return this.#closed.length + 1;
  }

  /**
   * Appends records in one system call, gives them their sequence numbers and wakes the readers.
   *
   * @throws {Error} of the file system; then nothing was appended
   */
  append(changes: readonly Omit<ChangeRecord, 'sequence'>[]): readonly ChangeRecord[] {
    if (changes.length === 0) return [];
    const first = this.lastSequence + 1;
    const records = changes.map((change, index) => ({ ...change, sequence: first + index }));
    this.#file.append(records.map(toLine).join(''));
    this.#open.push(...records);
    if (this.#open.length >= SEGMENT_RECORDS_MAX || this.#file.size >= SEGMENT_BYTES_MAX) this.#rotate();
    for (const listener of this.#listeners) listener(records);
    return records;
  }

  /**
   * Reads records of one segment, oldest first; the caller reads on after the last one. Records that were
   * trimmed are skipped.
   *
   * @throws {DataDirectoryError} `Corrupt` when an older segment cannot be read
   */
  read({ after, limit }: ReadRange): readonly ChangeRecord[] {
    const from = Math.max(after + 1, this.firstSequence);
    if (from > this.lastSequence) return [];
    if (from >= this.#openSegment.firstSequence) {
      const start = from - this.#openSegment.firstSequence;
      return this.#open.slice(start, start + limit);
    }
    const segment = this.#closed.findLast(({ firstSequence }) => firstSequence <= from);
    if (segment === undefined) return [];
    const start = from - segment.firstSequence;
    return this.#load(segment).slice(start, start + limit);
  }

  /** Calls the listener after every append, until the returned function is called. */
  onAppend(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Removes closed segments of which every record is older than `beforeMs` and not after `upTo`. */
  trim({ beforeMs, upTo }: { readonly beforeMs: number; readonly upTo: number }): void {
    for (;;) {
      const [oldest, next = this.#openSegment] = this.#closed;
      if (oldest === undefined || next.firstSequence - 1 > upTo) return;
      const last = this.#load(oldest).at(-1);
      if (last !== undefined && last.timeMs >= beforeMs) return;
      rmSync(oldest.path, { force: true });
      this.#closed.shift();
    }
  }

  close(): void {
    this.#file.close();
  }

  #rotate(): void {
    const firstSequence = this.lastSequence + 1;
    const segment = { path: segmentPath(this.#dataDir, firstSequence), firstSequence };
    const file = openOrNothing(segment.path);
    // The records are in the open segment already; one that cannot be closed now just grows further.
    if (file === undefined) return;
    this.#file.close();
    this.#closed.push(this.#openSegment);
    this.#lastRead = { segment: this.#openSegment, records: this.#open };
    this.#file = file;
    this.#openSegment = segment;
    this.#open = [];
  }

  #load(segment: LogSegment): readonly ChangeRecord[] {
    if (this.#lastRead?.segment === segment) return this.#lastRead.records;
    const records = recordsOf(segment, parseLines(segment.path, readSegment(segment).toString('utf8')));
    this.#lastRead = { segment, records };
    return records;
  }
}

function openOrNothing(path: string): AppendFile | undefined {
  try {
    return AppendFile.open(path).file;
  } catch {
    return undefined;
  }
}

function readSegment({ path }: LogSegment): Buffer {
  const unreadable = (cause?: unknown) =>
    new DataDirectoryError('Unreadable', path, { reason: 'the file cannot be read', cause });
  let bytes: Buffer | undefined;
  try {
    bytes = readOwnFile(path);
  } catch (cause) {
    throw unreadable(cause);
  }
  if (bytes === undefined) throw unreadable();
  return bytes;
}

/** A file of the change log: records with consecutive sequence numbers, beginning with `firstSequence`. */
interface LogSegment {
  readonly path: string;
  readonly firstSequence: number;
}

const NAME = /^changes-(\d{12})\.jsonl$/;

/** The path of the segment that begins with a sequence number. */
function segmentPath(dataDir: string, firstSequence: number): string {
  return join(dataDir, `changes-${String(firstSequence).padStart(12, '0')}.jsonl`);
}

/** Makes sure that every segment but the last has as many lines as there are numbers to the next one. */
function requireWhole(segments: readonly LogSegment[]): void {
  for (const [place, segment] of segments.entries()) {
    const next = segments[place + 1];
    if (next === undefined) return;
    const expected = next.firstSequence - segment.firstSequence;
    const found = linesIn(readSegment(segment));
    if (found !== expected)
      throw new DataDirectoryError('Corrupt', segment.path, {
        reason: `it holds ${found} changes, ${expected} are needed up to the next file`,
      });
  }
}

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, end + 1)) lines += 1;
  return lines;
}

/** The segments in a folder, oldest first. */
function listSegments(dataDir: string): LogSegment[] {
  return readdirSync(dataDir)
    .flatMap((name) => {
      const digits = NAME.exec(name)?.[1];
      return digits === undefined ? [] : [{ path: join(dataDir, name), firstSequence: Number(digits) }];
    })
    .sort((a, b) => a.firstSequence - b.firstSequence);
}

/**
 * Turns the parsed lines of a segment into records.
 *
 * @throws {DataDirectoryError} `Corrupt` when a line is no record or a sequence number is missing
 */
function recordsOf(segment: LogSegment, lines: readonly unknown[]): ChangeRecord[] {
  return lines.map((line, index) => {
    const record = fromLine(line);
    if (record === undefined || record.sequence !== segment.firstSequence + index)
      throw new DataDirectoryError('Corrupt', segment.path, {
        reason: `line ${index + 1} is not change ${segment.firstSequence + index}`,
      });
    return record;
  });
}
