import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles a handler of this folder as `defineFunction` bundles, so that comparisons are of code and nothing else. */
export async function bundleFunction(file: string, outdir: string): Promise<void> {
  await build({
    entryPoints: { index: join(import.meta.dirname, file) },
    outdir,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    outExtension: { '.js': '.mjs' },
    banner: { js: "import{createRequire as c}from'node:module';const require=c(import.meta.url);" },
  });
}

/** What Lambda loads: the code, not the source map beside it. */
export async function bundleBytes(codeDir: string): Promise<number> {
  const files = (await readdir(codeDir)).filter((file) => !file.endsWith('.map'));
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(codeDir, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
