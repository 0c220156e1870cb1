import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ChangeRecord, fromLine } from './change-record.ts';
import { DataDirectoryError } from './data-directory-error.ts';

/** A file of the change log: records with consecutive sequence numbers, beginning with `firstSequence`. */
export interface LogSegment {
  readonly path: string;
  readonly firstSequence: number;
}

const NAME = /^changes-(\d{12})\.jsonl$/;

/** The path of the segment that begins with a sequence number. */
export function segmentPath(dataDir: string, firstSequence: number): string {
  return join(dataDir, `changes-${String(firstSequence).padStart(12, '0')}.jsonl`);
}

/** The segments in a folder, oldest first. */
export function listSegments(dataDir: string): LogSegment[] {
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
export function recordsOf(segment: LogSegment, lines: readonly unknown[]): ChangeRecord[] {
  return lines.map((line, index) => {
    const record = fromLine(line);
    if (record === undefined || record.sequence !== segment.firstSequence + index)
      throw new DataDirectoryError('Corrupt', segment.path, {
        reason: `line ${index + 1} is not change ${segment.firstSequence + index}`,
      });
    return record;
  });
}
