import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { clientEntries } from './client-manifest.ts';

/** An entry of the package as a page would load it. */
export interface BundledEntry {
  /** As it is imported: `.` or `./fetch`. */
  readonly entry: string;
  /** Size of all of it, minified and gzipped, without `aws-amplify`. */
  readonly gzipBytes: number;
  /** Modules of the package that it loads, with slashes whatever the system. */
  readonly modules: readonly string[];
}

/** Bundles each entry for a browser, in memory, to find out what it loads and how big that is. */
export async function bundleClient({
  root,
  outDir,
}: {
  root: string;
  outDir: string;
}): Promise<readonly BundledEntry[]> {
  const bundled: BundledEntry[] = [];
  for (const [entry, module] of Object.entries(clientEntries)) {
    const { outputFiles, metafile } = await build({
      absWorkingDir: path.resolve(outDir),
      entryPoints: [`${module}.js`],
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      external: ['aws-amplify'],
      outdir: 'bundle',
      write: false,
      metafile: true,
      logLevel: 'silent',
      // Wherever the package is built, what it depends on is the repository's.
      nodePaths: [path.join(root, 'node_modules')],
    });
    const modules = Object.keys(metafile.inputs).filter((input) => !input.includes('node_modules/'));
    const [bundle] = outputFiles;
    bundled.push({ entry, modules, gzipBytes: bundle ? gzipSync(bundle.contents).byteLength : 0 });
  }
  return bundled;
}
