import { closeSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { LogEntry, LogSink } from '../log-entry.ts';
import { makeOwnFolder, openOwnFile } from '../own-file.ts';

const FLUSH_INTERVAL_MS = 100;
const BUFFER_CHARS_MAX = 65_536;
const FILE_BYTES_MAX = 64 * 1024 * 1024;

/** The log of one region: what CloudWatch Logs would hold, as lines of JSON in one file. */
export interface RegionLog {
  readonly sink: LogSink;
  /** Writes what is buffered and closes the file. */
  close(): void;
}

/**
 * Opens `<dir>/log.jsonl` for appending.
 *
 * Lines are buffered for up to 100 ms: under load a write for every line would cost more than the request it
 * tells of. A file over 64 MiB is started anew, so that a twin left running never fills the disk.
 */
export function openRegionLog(dir: string): RegionLog {
  makeOwnFolder(dir);
  const path = join(dir, 'log.jsonl');
  let file = openOwnFile(path, 'append');
  let bytes = 0;
  let buffer = '';
  const flush = () => {
    if (buffer === '') return;
    if (bytes > FILE_BYTES_MAX) {
      closeSync(file);
      file = openOwnFile(path, 'truncate');
      bytes = 0;
    }
    const text = buffer;
    buffer = '';
    bytes += text.length;
    try {
      writeSync(file, text);
    } catch {
      // A full disk must not take the region down with it; the lines of this moment are lost.
    }
  };
  const timer = setInterval(flush, FLUSH_INTERVAL_MS);
  timer.unref();
  return {
    sink(entry: LogEntry) {
      buffer += `${JSON.stringify(entry)}\n`;
      if (buffer.length > BUFFER_CHARS_MAX) flush();
    },
    close() {
      clearInterval(timer);
      flush();
      closeSync(file);
    },
  };
}
