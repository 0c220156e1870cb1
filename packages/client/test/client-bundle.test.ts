import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

async function bundle(entry: string) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: path.resolve(import.meta.dirname, '../../..'),
    entryPoints: [`packages/client/src/${entry}`],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['aws-amplify', 'aws-amplify/*'],
    metafile: true,
    write: false,
    outdir: '.',
  });
  const [output] = outputFiles;
  // What the bundler has read and left out, such as the contract's schemas, weighs nothing.
  const kept = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  return {
    bytes: gzipSync(output?.contents ?? '').length,
    text: output?.text ?? '',
    inputs: kept.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([input]) => input),
  };
}

describe('the client, bundled for a browser,', () => {
  it.each(['fetch.ts', 'index.ts'])(
    '%s has under 15.5 kB compressed, and neither schemas nor anything of Node',
    async (entry) => {
      const { bytes, inputs } = await bundle(entry);
      expect(bytes).toBeGreaterThan(5_000);
      expect(bytes).toBeLessThan(15_500);
      expect(inputs.filter((input) => /zod|node:/.test(input))).toEqual([]);
      expect(inputs.filter((input) => input.startsWith('packages/platform/')).sort()).toEqual([
        'packages/platform/src/contract/headers.ts',
        'packages/platform/src/contract/idempotency-key.ts',
        'packages/platform/src/contract/json-value.ts',
        'packages/platform/src/contract/limits.ts',
        'packages/platform/src/contract/path-key.ts',
        'packages/platform/src/contract/routes.ts',
        'packages/platform/src/contract/session-token.ts',
      ]);
    },
  );

  it('fetch.ts imports nothing of aws-amplify, index.ts does', async () => {
    expect((await bundle('fetch.ts')).text).not.toContain('aws-amplify');
    expect((await bundle('index.ts')).text).toContain('aws-amplify');
  });
});
