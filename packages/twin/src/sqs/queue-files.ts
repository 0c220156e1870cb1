import { join } from 'node:path';
import { appendToOwnFile, makeOwnFolder, readOwnFile, sizeOfOwnFile, truncateOwnFile } from '../own-file.ts';

interface Counted {
  readonly bytes: number;
  readonly lines: number;
}

const NEW_LINE = 10;

/**
 * The queues of a region: a file of JSON lines each, to which failed batches are sent. Nothing here receives from a
 * queue; whoever wants to empty one empties its file.
 */
export class QueueFiles {
  readonly #folder: string;
  readonly #counts = new Map<string, Counted>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Appends a message.
   *
   * @param message JSON without line breaks
   * @throws {Error} of the file system
   */
  send(queueName: string, message: string): void {
    const before = this.#count(queueName);
    makeOwnFolder(this.#folder);
    const line = `${message}\n`;
    appendToOwnFile(this.#path(queueName), line);
    const bytes = before.bytes + Buffer.byteLength(line);
    this.#counts.set(queueName, { bytes, lines: before.lines + 1 });
  }

  /** How many messages a queue holds. */
  depth(queueName: string): number {
    return this.#count(queueName).lines;
  }

  /** The file is read again only when its size is not what it was left with, as when somebody emptied it. */
  #count(queueName: string): Counted {
    const path = this.#path(queueName);
    const bytes = sizeOfOwnFile(path);
    const known = this.#counts.get(queueName);
    if (known?.bytes === bytes) return known;
    const content = (bytes === 0 ? undefined : readOwnFile(path)) ?? Buffer.alloc(0);
    const end = content.lastIndexOf(NEW_LINE) + 1;
    // A last line without an end was being written when its process was killed; its batch is delivered again.
    if (end < content.length) truncateOwnFile(path, end);
    const lines = content
      .subarray(0, end)
      .reduce((count, byte) => (byte === NEW_LINE ? count + 1 : count), 0);
    const counted = { bytes: end, lines };
    this.#counts.set(queueName, counted);
    return counted;
  }

  #path(queueName: string): string {
    return join(this.#folder, `${queueName}.jsonl`);
  }
}
