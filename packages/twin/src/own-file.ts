import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { TwinError } from './twin-error.ts';

/*
 * Files of the data directory: for their owner's eyes only, and reached through no link that somebody put in their place,
 * which would have the twin read or overwrite another file.
 */

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;
/** Windows has neither links without rights nor the flag. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const { O_RDONLY, O_RDWR, O_WRONLY, O_APPEND, O_CREAT, O_TRUNC } = constants;

/**
 * How a file is opened: `append` and `update` make it when it is missing, `truncate` empties it besides, `read` fails then
 * with the code `ENOENT`.
 */
export type OwnFileUse = 'read' | 'append' | 'update' | 'truncate';

const FLAGS: Readonly<Record<OwnFileUse, number>> = {
  read: O_RDONLY,
  append: O_WRONLY | O_APPEND | O_CREAT,
  update: O_RDWR | O_CREAT,
  truncate: O_WRONLY | O_TRUNC | O_CREAT,
};

/**
 * Opens a file of the twin's own; the caller closes the descriptor.
 *
 * @throws {TwinError} `DataDirectoryUnusable` when the name is a symbolic link
 * @throws {Error} of the file system
 */
export function openOwnFile(path: string, use: OwnFileUse): number {
  try {
    const descriptor = openSync(path, FLAGS[use] | NO_FOLLOW, OWNER_ONLY);
    // The mode counts for a new file only; a copy or an editor may have made an old one readable for others.
    if ((fstatSync(descriptor).mode & OTHERS) !== 0) fchmodSync(descriptor, OWNER_ONLY);
    return descriptor;
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ELOOP')) throw cause;
    throw new TwinError(
      'DataDirectoryUnusable',
      `Cannot use ${path}: it is a symbolic link, a file of the twin's own is needed. Remove the link.`,
      { cause },
    );
  }
}

/** The whole file; nothing where there is none. @throws as {@link openOwnFile} */
export function readOwnFile(path: string): Buffer | undefined {
  try {
    return using(path, 'read', (descriptor) => readFileSync(descriptor));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** How long the file is; 0 where there is none. @throws as {@link openOwnFile} */
export function sizeOfOwnFile(path: string): number {
  try {
    return using(path, 'read', (descriptor) => fstatSync(descriptor).size);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}

/** Appends to a file. @throws as {@link openOwnFile} */
export function appendToOwnFile(path: string, data: string | Uint8Array): void {
  using(path, 'append', (descriptor) => writeFileSync(descriptor, data));
}

/** Cuts a file off. @throws as {@link openOwnFile} */
export function truncateOwnFile(path: string, bytes: number): void {
  using(path, 'update', (descriptor) => ftruncateSync(descriptor, bytes));
}

/**
 * Writes a file whole, in one step that a killed process cannot leave half done: beside its place, then moved there.
 *
 * @throws as {@link openOwnFile}; what was there stays then
 */
export function replaceOwnFile(path: string, text: string): void {
  const draft = `${path}.new`;
  using(draft, 'truncate', (descriptor) => writeFileSync(descriptor, text));
  renameSync(draft, path);
}

/** Makes a folder of the data directory, and those above it. @throws {Error} of the file system */
export function makeOwnFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

function using<Result>(path: string, use: OwnFileUse, act: (descriptor: number) => Result): Result {
  const descriptor = openOwnFile(path, use);
  try {
    return act(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
