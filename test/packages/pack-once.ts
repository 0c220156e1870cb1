import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PackedPackage } from '@gsp/operator/pack';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Every package as others install it; empty where packing failed. */
    readonly packed: readonly PackedPackage[];
    /** Why packing failed; empty where it did not. */
    readonly packFailure: string;
  }
}

const ROOT = join(import.meta.dirname, '../..');

/**
 * Packs every package by the command, once for all files that look at the tarballs. A failure is for the tests to tell:
 * thrown here, it would end every other project of the run.
 */
export default async function packOnce(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'packed-'));
  const args = ['--import', 'tsx', 'scripts/pack.ts', '--json', '--out', join(folder, 'packages')];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: ROOT,
      maxBuffer: 16_000_000,
    });
    project.provide('packed', JSON.parse(stdout) as PackedPackage[]);
    project.provide('packFailure', '');
  } catch (error) {
    project.provide('packed', []);
    project.provide('packFailure', String(error));
  }
  return () => rm(folder, { recursive: true, force: true });
}
