import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AppendFile } from '../src/dynamodb/journal/append-file.ts';
import {
  appendToOwnFile,
  openOwnFile,
  readOwnFile,
  replaceOwnFile,
  sizeOfOwnFile,
  truncateOwnFile,
} from '../src/own-file.ts';
import { openRegionLog } from '../src/region/region-log.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'own-file-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe('a file of the twin’s own', () => {
  test('is written, read, cut off and replaced', () => {
    const path = join(folder(), 'file');
    expect(readOwnFile(path)).toBeUndefined();
    expect(sizeOfOwnFile(path)).toBe(0);
    appendToOwnFile(path, 'ab');
    appendToOwnFile(path, Buffer.from('cd'));
    truncateOwnFile(path, 3);
    expect(readOwnFile(path)?.toString()).toBe('abc');
    expect(sizeOfOwnFile(path)).toBe(3);
    replaceOwnFile(path, 'x');
    expect(readFileSync(path, 'utf8')).toBe('x');
  });

  test.skipIf(process.platform === 'win32')('is for its owner’s eyes, whatever it was', () => {
    const path = join(folder(), 'file');
    writeFileSync(path, 'x');
    chmodSync(path, 0o644);
    readOwnFile(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test.skipIf(process.platform === 'win32').each<[string, (path: string) => unknown]>([
    ['read', readOwnFile],
    ['measured', sizeOfOwnFile],
    ['appended to', (path) => appendToOwnFile(path, 'x')],
    ['cut off', (path) => truncateOwnFile(path, 0)],
    ['emptied', (path) => openOwnFile(path, 'truncate')],
    ['opened as a journal', (path) => AppendFile.open(path)],
    ['replaced by way of its draft', (path) => replaceOwnFile(path.replace(/\.new$/, ''), 'x')],
    ['opened as a log', (path) => openRegionLog(join(path, '..')).close()],
  ])('is not %s when it is a symbolic link', (_, act) => {
    const root = folder();
    const outside = join(root, 'outside');
    writeFileSync(outside, 'precious');
    for (const name of ['file.new', 'log.jsonl']) symlinkSync(outside, join(root, name));
    expect(() => act(join(root, 'file.new'))).toThrow(
      expect.objectContaining({ code: 'DataDirectoryUnusable' }),
    );
    expect(readFileSync(outside, 'utf8')).toBe('precious');
  });
});
