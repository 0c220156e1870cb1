import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openDataDirectory } from '../../src/supervisor/data-directory.ts';

function folder(mode: number): string {
  const parent = mkdtempSync(join(tmpdir(), 'private-folder-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const path = join(parent, 'data');
  mkdirSync(path);
  writeFileSync(join(path, 'README.txt'), 'an earlier twin');
  chmodSync(path, mode);
  return path;
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

async function refusalOf(path: string): Promise<string> {
  const error = await openDataDirectory(path, { fresh: true }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'DataDirectoryUnusable' });
  expect(existsSync(path), 'nothing was removed').toBe(true);
  return error instanceof Error ? error.message : '';
}

describe.skipIf(process.platform === 'win32')('the data directory', () => {
  test('is made for its owner alone, and not the folders above it', async () => {
    const path = join(folder(0o755), 'a/b');
    const directory = await openDataDirectory(path);
    expect(modeOf(path)).toBe('700');
    expect(modeOf(join(path, '..'))).not.toBe('700');
    expect(modeOf(join(path, 'twin.lock.json'))).toBe('600');
    await directory.release();
  });

  test('is closed when others could read it', async () => {
    const path = folder(0o755);
    await (await openDataDirectory(path)).release();
    expect(modeOf(path)).toBe('700');
  });

  test.each([0o775, 0o757, 0o722])(
    'is refused with what to do when others can write it: %o',
    async (mode) => {
      const path = folder(mode);
      expect(await refusalOf(path)).toContain(`chmod 700 ${path}`);
      chmodSync(path, 0o700);
      await (await openDataDirectory(path)).release();
    },
  );

  test('may be open to others while it is empty', async () => {
    const path = folder(0o777);
    rmSync(join(path, 'README.txt'));
    await (await openDataDirectory(path)).release();
    expect(modeOf(path)).toBe('700');
  });

  test('is refused when it belongs to somebody else', async () => {
    const path = folder(0o700);
    const { uid } = statSync(path);
    const spy = vi.spyOn(process, 'getuid').mockReturnValue(uid + 1);
    onTestFinished(() => spy.mockRestore());
    expect(await refusalOf(path)).toContain(`belongs to the user ${uid}`);
  });

  test('is refused when it is a symbolic link', async () => {
    const target = folder(0o700);
    const link = `${target}-link`;
    symlinkSync(target, link);
    expect(await refusalOf(link)).toContain('symbolic link');
    expect(existsSync(join(target, 'README.txt'))).toBe(true);
  });

  test('has no file behind a link written or read', async () => {
    const path = folder(0o700);
    const outside = `${path}-outside`;
    writeFileSync(outside, 'precious');
    symlinkSync(outside, join(path, 'twin.lock.json.new'));
    const error = await openDataDirectory(path).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('twin.lock.json.new: it is a symbolic link');
    expect(readFileSync(outside, 'utf8')).toBe('precious');
  });
});
