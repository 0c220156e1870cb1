/**
 * Uses the client's package as it would be published: whoever takes it elsewhere must find in it all that it needs, and
 * nothing that does not run in a browser.
 */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  bundlePage,
  compileProject,
  installClient,
  clientPackageName as name,
  repository,
  runProgram,
  writeExamples,
} from './client-package-fixture.ts';

/** Most bytes that a page loads for the client, minified and gzipped, without `aws-amplify`. */
const GZIP_BYTES_MAX = 18_000;

/** Projects that have the client, with aws-amplify and without. */
const installed = { amplify: '', bare: '' };

beforeAll(async () => {
  const tarball = inject('packed').find((each) => each.name === name)?.tarball ?? '';
  const needed = ['aws-amplify', 'uuid', 'zod'];
  installed.amplify = await installClient(tarball, { project: 'with-amplify', needed });
  installed.bare = await installClient(tarball, { project: 'without-amplify', needed: ['uuid'] });
});

afterAll(() =>
  Promise.all(Object.values(installed).map((home) => rm(home, { recursive: true, force: true }))),
);

describe('the package', () => {
  test('holds modules, declarations, README and licence, and imports only what it depends on', async () => {
    const home = path.join(installed.amplify, 'node_modules', name);
    const files = (await readdir(home, { recursive: true, withFileTypes: true }))
      .filter((each) => each.isFile())
      .map((each) => path.join(each.parentPath, each.name));
    const kinds = new Set(files.map((file) => path.basename(file).replace(/^.*?((\.d)?\.\w+)?$/, '$1')));
    expect([...kinds].sort()).toEqual(['', '.d.ts', '.js', '.json', '.md']);
    const manifest = JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8'));
    const allowed = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)];
    const imported = new Set<string>();
    for (const file of files.filter((each) => /\.(js|d\.ts)$/.test(each))) {
      const text = (await readFile(file, 'utf8')).replaceAll(/^\s*\*.*$/gm, '');
      for (const [, from = ''] of text.matchAll(/(?:from ?|import\()['"]([^'"]+)['"]/g)) {
        if (from.startsWith('.')) expect(from).toMatch(/\.js$/);
        // Examples in comments import the package itself.
        else if (!from.startsWith(name)) imported.add(/^(@[^/]+\/)?[^/]+/.exec(from)?.[0] ?? '');
      }
    }
    expect([...imported].sort()).toEqual(allowed.sort());
  });
});

const transport = `const transport = async ({ path, headers }) => ({
  status: 200,
  headers: { 'x-region': 'eu-west-1', 'x-correlation-id': headers['x-correlation-id'] },
  body: JSON.stringify({ id: path.split('/').at(-1), value: 7 }),
});
const outputs = ${JSON.stringify({
  custom: {
    API: { 'gsp-main-eu-west-1': { endpoint: 'http://127.0.0.1:9' } },
    platform: { regions: { 'eu-west-1': { apiName: 'gsp-main-eu-west-1' } } },
  },
})};
const client = createClient({ outputs, transport });
const { value, answer } = await client.getCounter({ id: 'visits' });
client.close();
`;

describe('in Node', () => {
  test('both entries load and answer', async () => {
    for (const entry of [name, `${name}/fetch`]) {
      const printed = await runProgram(
        installed.amplify,
        `import { createClient } from '${entry}';\n${transport}console.log(JSON.stringify({ value, region: answer.region }));`,
      );
      expect(printed).toEqual({ value: 7, region: 'eu-west-1' });
    }
  });

  test('./fetch loads and answers where aws-amplify and zod are not installed', async () => {
    const printed = await runProgram(
      installed.bare,
      `import { createClient } from '${name}/fetch';\n${transport}console.log(JSON.stringify({ value, region: answer.region }));`,
    );
    expect(printed).toEqual({ value: 7, region: 'eu-west-1' });
  });

  test('both entries export the same names, but for the transport over aws-amplify', async () => {
    const printed = await runProgram(
      installed.amplify,
      `const [all, bare] = [await import('${name}'), await import('${name}/fetch')];
       console.log(JSON.stringify(Object.keys(all).filter((each) => !(each in bare))));`,
    );
    expect(printed).toEqual(['createAmplifyTransport']);
  });
});

describe('in a page', () => {
  test('what is not imported is left out', async () => {
    const { gzipBytes } = await bundlePage(
      installed.amplify,
      `import { isProblemError } from '${name}';\nconsole.log(isProblemError(new Error()));`,
    );
    expect(gzipBytes).toBeLessThan(GZIP_BYTES_MAX / 10);
  });

  test('the whole client over fetch stays below the limit and imports nothing of Node', async () => {
    const { text, gzipBytes, modules } = await bundlePage(installed.bare, `export * from '${name}/fetch';`);
    expect(text).not.toMatch(/node:|\brequire\(/);
    expect(modules).toContain(`${name}/dist/fetch.js`);
    expect(modules.filter((each) => !each.startsWith(`${name}/`) && !each.startsWith('uuid/'))).toEqual([]);
    expect(gzipBytes).toBeLessThanOrEqual(GZIP_BYTES_MAX);
  });

  test('the client over aws-amplify imports nothing of Node', async () => {
    const { text } = await bundlePage(
      installed.amplify,
      `import { createClient } from '${name}';\nconsole.log(createClient);`,
    );
    expect(text).not.toMatch(/from\s*["']node:|import\(["']node:/);
  });
});

const consumer = `import { createClient, isProblemError, type Item, type PlatformClient } from '${name}';
import { createClient as createFetchClient, createSession } from '${name}/fetch';

const client: PlatformClient = createClient({ outputs: {} });
const other: PlatformClient = createFetchClient({ outputs: {}, session: createSession() });

export async function demo(): Promise<Item | undefined> {
  const { item, answer } = await client.putItem({ pk: 'a', sk: 'b', data: { list: [1, null] } }, { ifNoneMatch: '*' });
  const sk: string = item.sk;
  const attempts: number = answer.attempts;
  // @ts-expect-error: a key has two parts
  await other.getItem({ pk: sk }).catch(() => attempts);
  // @ts-expect-error: there is no such code
  return isProblemError(undefined, 'no-such-code') ? undefined : item;
}

client.on('failover', ({ from, to }) => console.log(from.toUpperCase(), to.toUpperCase()));
`;

describe('for the compiler', () => {
  test.each([
    { moduleResolution: 'nodenext', module: 'nodenext' },
    { moduleResolution: 'bundler', module: 'esnext' },
  ])('a program and the examples type-check with moduleResolution $moduleResolution', async (resolution) => {
    const examples = await writeExamples(installed.amplify);
    expect(examples.length).toBeGreaterThan(0);
    const compilerOptions = {
      ...resolution,
      target: 'es2022',
      lib: ['es2022', 'dom'],
      types: ['node'],
      typeRoots: [path.join(repository, 'node_modules/@types')],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: true,
    };
    const config = path.join(installed.amplify, `tsconfig.${resolution.moduleResolution}.json`);
    await writeFile(path.join(installed.amplify, 'consumer.ts'), consumer);
    await writeFile(config, JSON.stringify({ compilerOptions, files: ['consumer.ts', ...examples] }));
    const failure = await compileProject(config);
    expect(failure).toBe('');
  });

  test('an API that only Node has is a type error in the client', async () => {
    const config = path.join(installed.bare, 'tsconfig.probe.json');
    await writeFile(path.join(installed.bare, 'probe.ts'), 'export const id = process.pid;\n');
    const files = ['probe.ts', path.join(repository, 'packages/client/src/index.ts')];
    await writeFile(
      config,
      JSON.stringify({
        extends: path.join(repository, 'packages/client/tsconfig.json'),
        include: [],
        files,
      }),
    );
    const faults = (await compileProject(config)).trim().split('\n');
    expect(faults).toEqual([expect.stringMatching(/probe\.ts.*Cannot find name 'process'/)]);
  });
});
