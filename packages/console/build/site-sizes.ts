import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { CommandError } from '@gsp/cli-kit';
import type { BuiltConsole } from './build-console.ts';

/** What a browser may have to load, compressed, before the console shows anything: page, scripts and styles. */
export const FIRST_LOAD_BUDGET_BYTES = 250_000;

/** One file of a built console. */
export interface SiteFileSize {
  /** From the site's root, without a leading slash. */
  readonly path: string;
  readonly bytes: number;
  /** By gzip at its usual level, as most servers send it. */
  readonly gzipBytes: number;
  readonly isFirstLoad: boolean;
}

/** The sizes of every file of a built console, those of the first load first, then by name. */
export async function siteSizes({ siteDir, firstLoad }: BuiltConsole): Promise<SiteFileSize[]> {
  const entries = await readdir(siteDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async (entry) => {
      const file = join(entry.parentPath, entry.name);
      const path = relative(siteDir, file);
      const content = await readFile(file);
      const gzipBytes = (await promisify(gzip)(content)).length;
      return { path, bytes: content.length, gzipBytes, isFirstLoad: firstLoad.includes(path) };
    }),
  );
  return sizes.sort((a, b) => Number(b.isFirstLoad) - Number(a.isFirstLoad) || a.path.localeCompare(b.path));
}

/** Compressed bytes of the first load. */
export function firstLoadBytes(sizes: readonly SiteFileSize[]): number {
  return sizes.reduce((sum, { gzipBytes, isFirstLoad }) => (isFirstLoad ? sum + gzipBytes : sum), 0);
}

/** @throws {CommandError} `OverBudget` when the first load is over {@link FIRST_LOAD_BUDGET_BYTES} */
export function requireBudget(sizes: readonly SiteFileSize[]): void {
  const bytes = firstLoadBytes(sizes);
  if (bytes <= FIRST_LOAD_BUDGET_BYTES) return;
  throw new CommandError(
    `Cannot accept the console: its first load is ${kilobytes(bytes)} by gzip, ${kilobytes(FIRST_LOAD_BUDGET_BYTES)} at most are allowed. ` +
      'Load what is not seen at once by import(), or leave a package out.',
    { code: 'OverBudget' },
  );
}

/** The sizes as lines for a person. */
export function renderSizes(sizes: readonly SiteFileSize[]): string {
  const width = Math.max(...sizes.map(({ path }) => path.length));
  const lines = sizes.map(
    ({ path, bytes, gzipBytes, isFirstLoad }) =>
      `  ${path.padEnd(width)}  ${kilobytes(bytes).padStart(10)}  gzip ${kilobytes(gzipBytes).padStart(9)}${isFirstLoad ? '  first load' : ''}`,
  );
  const total = `First load: ${kilobytes(firstLoadBytes(sizes))} by gzip, of ${kilobytes(FIRST_LOAD_BUDGET_BYTES)} allowed`;
  return [...lines, total].join('\n');
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
