import { chmodSync, lstatSync, readdirSync, type Stats } from 'node:fs';
import { TwinError } from '../twin-error.ts';

const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;

/**
 * Makes sure that a folder, if it exists, is this user's own and closed to everybody else (0700), as keys and secrets lie in
 * it. One that others could only read is closed; what others could write may hold anything, and is refused.
 *
 * @throws {TwinError} `DataDirectoryUnusable` with what to do
 */
export function requirePrivateFolder(path: string): void {
  const before = statsOf(path);
  if (before === undefined) return;
  if (before.isSymbolicLink())
    throw unusable(
      path,
      'is a symbolic link, the folder itself is needed',
      'Name the folder that it leads to',
    );
  // What is no folder is told of by whoever reads it. Windows has neither owners nor modes.
  if (!before.isDirectory() || process.getuid === undefined) return;
  const uid = process.getuid();
  if (before.uid !== uid)
    throw unusable(path, `belongs to the user ${before.uid}, a folder of your own (${uid}) is needed`);
  if ((before.mode & OTHERS_WRITE) !== 0 && readdirSync(path).length > 0)
    throw unusable(
      path,
      `can be written by other users (mode ${modeOf(before)}), one for you alone is needed`,
      `Look through it, then run: chmod 700 ${path}`,
    );
  if ((before.mode & OTHERS) === 0) return;
  chmodSync(path, 0o700);
  const after = statsOf(path) ?? before;
  if ((after.mode & OTHERS) !== 0)
    throw unusable(path, `stays open to other users (mode ${modeOf(after)}), its file system keeps no modes`);
}

function statsOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function modeOf({ mode }: Stats): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}

function unusable(path: string, state: string, remedy?: string): TwinError {
  const other = 'hoose another with --data-dir.';
  return new TwinError(
    'DataDirectoryUnusable',
    `Cannot use the data directory: ${path} ${state}. ${remedy === undefined ? `C${other}` : `${remedy}, or c${other}`}`,
  );
}
