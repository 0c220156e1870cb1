/**
 * Every package as others would install it: a tarball in an empty project, under each Node that is supported.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { PackedPackage } from '@gsp/operator/pack';
import { publint } from 'publint';
import { expect, inject, test } from 'vitest';

const run = promisify(execFile);
const packed = inject('packed');
const NODE_MAJORS = ['20', '22', '24'];

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, unknown>>;
}

test('every package is packed, and none can be published by accident', async () => {
  expect(inject('packFailure')).toBe('');
  expect(packed.map(({ name }) => name)).toEqual([
    '@gsp/cli-kit',
    '@gsp/client',
    '@gsp/console',
    '@gsp/drill',
    '@gsp/operator',
    '@gsp/platform',
    '@gsp/twin',
  ]);
  for (const one of packed) expect((await manifestOf(one)).private).toBe(true);
});

test.each(packed)('publint finds nothing in $name', async ({ folder }) => {
  const { messages } = await publint({ pkgDir: folder, level: 'suggestion', strict: true });
  expect(messages).toEqual([]);
});

test.each(packed)('attw finds nothing wrong with the types of $name', async (one) => {
  // Its package names no module to import; the program is where its package.json is.
  const manifest = createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json');
  const attw = join(dirname(manifest), 'dist/index.js');
  const { stdout } = await run(
    process.execPath,
    [attw, one.tarball, '--profile', 'esm-only', '--format', 'json'],
    { cwd: one.folder, maxBuffer: 64_000_000 },
  );
  const { analysis, problems } = JSON.parse(stdout) as {
    analysis: { types: { kind: string }; entrypoints: object };
    problems: Record<string, { resolutionKind?: string }[]>;
  };
  expect(analysis.types.kind).toBe('included');
  expect(Object.keys(analysis.entrypoints)).toEqual(Object.keys((await manifestOf(one)).exports));
  // Before Node 12, and by require(), a package cannot be loaded at all: it is made of ES modules.
  const found = Object.values(problems)
    .flat()
    .filter(({ resolutionKind }) => resolutionKind !== 'node10' && resolutionKind !== 'node16-cjs');
  expect(found).toEqual([]);
});

test.each(packed)(
  '$name installs into an empty project, and every entry loads under Node 20, 22 and 24',
  async (one) => {
    const home = await mkdtemp(join(tmpdir(), 'empty-project-'));
    try {
      await writeFile(join(home, 'package.json'), '{"type":"module","private":true}');
      const tarballs = (await withOurs(one)).map(({ tarball }) => tarball);
      // npm installs peers by itself, but for those that an entry can do without.
      const { peerDependencies = {}, peerDependenciesMeta = {} } = await manifestOf(one);
      const optional = Object.keys(peerDependenciesMeta).map((name) => `${name}@${peerDependencies[name]}`);
      await run(
        'npm',
        [
          'install',
          '--ignore-scripts',
          '--no-audit',
          '--no-fund',
          '--prefer-offline',
          ...tarballs,
          ...optional,
        ],
        {
          cwd: home,
          maxBuffer: 64_000_000,
        },
      );
      const entries = Object.keys((await manifestOf(one)).exports).map((entry) => join(one.name, entry));
      await writeFile(
        join(home, 'load.js'),
        `const names = {};
for (const entry of ${JSON.stringify(entries)}) names[entry] = Object.keys(await import(entry)).length;
console.log(JSON.stringify({ major: process.versions.node.split('.')[0], names }));
process.exit();\n`,
      );
      for (const major of NODE_MAJORS) {
        const { stdout } = await run('npx', ['--yes', '--package', `node@${major}`, 'node', 'load.js'], {
          cwd: home,
        });
        const loaded = JSON.parse(stdout) as { major: string; names: Record<string, number> };
        expect(loaded.major).toBe(major);
        expect(Object.keys(loaded.names)).toEqual(entries);
      }
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
);

/** A package and those of ours that it needs, each by its tarball: none is in a registry. */
async function withOurs(one: PackedPackage, known: PackedPackage[] = []): Promise<PackedPackage[]> {
  if (known.includes(one)) return known;
  const { dependencies, peerDependencies } = await manifestOf(one);
  let all = [...known, one];
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    const ours = packed.find((each) => each.name === name);
    if (ours !== undefined) all = await withOurs(ours, all);
  }
  return all;
}

async function manifestOf({ folder }: PackedPackage): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
}
