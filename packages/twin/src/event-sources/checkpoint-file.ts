import { join } from 'node:path';
import { z } from 'zod';
import { makeOwnFolder, readOwnFile, replaceOwnFile } from '../own-file.ts';

const checkpointSchema = z.object({ eventSourceArn: z.string(), position: z.number().int().min(0) });

/**
 * How far a mapping has dealt with its stream, in a file of its own. It is written after a batch was dealt with, so
 * that a region that is killed in between delivers the batch again.
 */
export class CheckpointFile {
  readonly #path: string;
  readonly #eventSourceArn: string;
  #saved: number | undefined;

  constructor(folder: string, { id, eventSourceArn }: { id: string; eventSourceArn: string }) {
    makeOwnFolder(folder);
    this.#path = join(folder, `${id}.json`);
    this.#eventSourceArn = eventSourceArn;
    this.#saved = this.#read();
  }

  /** The position that was saved last; nothing for a mapping that is new, or new to this stream. */
  get position(): number | undefined {
    return this.#saved;
  }

  /**
   * Writes a position down, in one step that a killed process cannot leave half done.
   *
   * @throws {Error} of the file system; then the last one stays
   */
  save(position: number): void {
    if (position === this.#saved) return;
    replaceOwnFile(this.#path, JSON.stringify({ eventSourceArn: this.#eventSourceArn, position }));
    this.#saved = position;
  }

  /** A file that cannot be read is none: the mapping then starts as a new one, which at worst delivers again. */
  #read(): number | undefined {
    const bytes = readOwnFile(this.#path);
    if (bytes === undefined) return undefined;
    try {
      const { eventSourceArn, position } = checkpointSchema.parse(JSON.parse(bytes.toString('utf8')));
      return eventSourceArn === this.#eventSourceArn ? position : undefined;
    } catch {
      return undefined;
    }
  }
}
