import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addConsoleSite } from '@gsp/console/build';
import { type PackedPackage, packPackages } from '@gsp/operator/pack';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Every package as others install it. */
    readonly packed: readonly PackedPackage[];
  }
}

/** Packs every package, once for all files that look at the tarballs. */
export default async function packOnce(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'packed-'));
  const packed = await packPackages({
    rootDir: join(import.meta.dirname, '../..'),
    outDir: join(folder, 'packages'),
    addSites: { '@gsp/console': addConsoleSite },
  });
  project.provide('packed', packed);
  return () => rm(folder, { recursive: true, force: true });
}
