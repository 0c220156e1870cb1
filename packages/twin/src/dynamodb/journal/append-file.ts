import { closeSync, ftruncateSync, writeSync } from 'node:fs';
import { openOwnFile, readOwnFile, replaceOwnFile } from '../../own-file.ts';
import { DataDirectoryError } from './data-directory-error.ts';

/** What a file of lines held when it was opened. */
export interface OpenedAppendFile {
  readonly file: AppendFile;
  readonly lines: readonly unknown[];
  /** Bytes of a line that was being written when its process ended; they were cut off. */
  readonly tornBytes: number;
}

/**
 * A file of JSON lines that only grows. A line is written with one system call and without `fsync`: it is in
 * the page cache then, which outlives a killed process, but not a power failure.
 */
export class AppendFile {
  readonly path: string;
  #descriptor: number;
  #size: number;

  private constructor(path: string, descriptor: number, size: number) {
    this.path = path;
    this.#descriptor = descriptor;
    this.#size = size;
  }

  /**
   * Opens the file, making it when it is missing, and reads it. A last line without an end was being written
   * when its process was killed: nothing depends on it yet, and it is cut off.
   *
   * @throws {DataDirectoryError} `Corrupt` for any other line that is not JSON
   */
  static open(path: string): OpenedAppendFile {
    const bytes = readOwnFile(path) ?? Buffer.alloc(0);
    const size = bytes.lastIndexOf(10) + 1;
    const lines = parseLines(path, bytes.toString('utf8', 0, size));
    const descriptor = openOwnFile(path, 'update');
    ftruncateSync(descriptor, size);
    return { file: new AppendFile(path, descriptor, size), lines, tornBytes: bytes.length - size };
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#size;
  }

  /**
   * Appends lines, each with its line end. After a failure the file is as before: the next call writes over
   * what a failed one may have left.
   */
  append(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    let written = 0;
    while (written < bytes.length)
      written += writeSync(this.#descriptor, bytes, written, bytes.length - written, this.#size + written);
    this.#size += bytes.length;
  }

  /** Replaces the content by other lines, in one step that a killed process cannot leave half done. */
  replace(text: string): void {
    replaceOwnFile(this.path, text);
    closeSync(this.#descriptor);
    this.#descriptor = openOwnFile(this.path, 'update');
    this.#size = Buffer.byteLength(text);
  }

  /** Removes every line. */
  clear(): void {
    ftruncateSync(this.#descriptor, 0);
    this.#size = 0;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/**
 * Reads JSON lines.
 *
 * @throws {DataDirectoryError} `Corrupt` with the number of the first line that is not JSON
 */
export function parseLines(path: string, text: string): unknown[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, index) => {
    try {
      return JSON.parse(line);
    } catch (cause) {
      throw new DataDirectoryError('Corrupt', path, { reason: `line ${index + 1} is not JSON`, cause });
    }
  });
}
