import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

/** A whole entry of the package. */
const entryOf = (file: string) => ({ entryPoints: [`packages/client/src/${file}`] });

/** A page that calls two entities, with the text by which it imports them. */
const pageOf = (entry: string, importText: string) => ({
  stdin: {
    resolveDir: import.meta.dirname,
    loader: 'ts' as const,
    contents: `
      import { createClient } from '${entry}';
      ${importText} * as entities from './support/shop-entities.ts';
      ${importText} * as routes from './support/shop-routes.ts';
      const client = createClient<typeof entities, typeof routes>({ outputs: JSON.parse(document.title) });
      const { item } = await client.orders.create({ customerId: 'c', status: 'open', total: 1 });
      for await (const { total } of client.orders.query('byStatus', { status: 'open' })) console.log(total);
      await client.categories.get({ id: 'a' });
      document.title = item.id;
      export const used = ${importText.includes('type') ? 'null' : '[entities, routes]'};`,
  },
});

type Entry = Pick<BuildOptions, 'entryPoints' | 'stdin'>;

async function bundle(entry: Entry) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    ...entry,
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

/** Files of the platform that a client is made of. */
const platformFiles = [
  'entity-operations',
  'headers',
  'idempotency-key',
  'json-value',
  'limits',
  'path-key',
  'routes',
  'session-token',
].map((name) => `packages/platform/src/contract/${name}.ts`);

describe('the client, bundled for a browser,', () => {
  it.each(['fetch.ts', 'index.ts'])(
    '%s has under 17.5 kB compressed, and neither schemas nor anything of Node',
    async (entry) => {
      const { bytes, inputs } = await bundle(entryOf(entry));
      expect(bytes).toBeGreaterThan(5_000);
      expect(bytes).toBeLessThan(18_000);
      expect(inputs.filter((input) => /zod|node:/.test(input))).toEqual([]);
      expect(inputs.filter((input) => input.startsWith('packages/platform/')).sort()).toEqual(platformFiles);
    },
  );

  it('fetch.ts imports nothing of aws-amplify, index.ts does', async () => {
    expect((await bundle(entryOf('fetch.ts'))).text).not.toContain('aws-amplify');
    expect((await bundle(entryOf('index.ts'))).text).toContain('aws-amplify');
  });

  it.each(['@gsp/client/fetch', '@gsp/client'])(
    'a page that calls two entities by %s has under 17 kB compressed, and nothing of the entities',
    async (entry) => {
      const { bytes, inputs, text } = await bundle(pageOf(entry, 'import type'));
      expect(bytes).toBeGreaterThan(5_000);
      expect(bytes).toBeLessThan(17_000);
      expect(inputs.filter((input) => input.startsWith('packages/platform/')).sort()).toEqual(platformFiles);
      expect(inputs.filter((input) => /zod|shop-/.test(input))).toEqual([]);
      expect(text).not.toContain('merged by the shop');
    },
  );

  it('a page that imports entities as values is another matter', async () => {
    const { inputs, text } = await bundle(pageOf('@gsp/client/fetch', 'import'));
    expect(inputs.some((input) => input.includes('node_modules/zod/'))).toBe(true);
    expect(text).toContain('merged by the shop');
  });
});
