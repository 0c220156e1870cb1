import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** A planted file, what it imports, and the rule that must say no. */
const FORBIDDEN: readonly (readonly [file: string, specifier: string, rule: string])[] = [
  // Inner files of another package.
  ['packages/drill/src/planted-inside.ts', '../../twin/src/inside.ts', 'packages by their doors'],
  ['packages/drill/src/planted-unexported.ts', '@gsp/twin/src/inside.ts', 'resolves'],
  ['packages/drill/test/planted-inside.ts', '../../twin/src/inside.ts', 'packages by their doors'],
  [
    'scripts/planted-inside.ts',
    '../packages/operator/src/inside.ts',
    'packages by their doors, from outside',
  ],
  [
    'amplify/planted-inside.ts',
    '../packages/platform/src/infra/inside.ts',
    'packages by their doors, from outside',
  ],
  ['test/planted-inside.ts', '../packages/twin/src/inside.ts', 'packages by their doors, from outside'],
  // Packages that are not declared.
  ['packages/cli-kit/src/planted-undeclared.ts', 'zod', 'declared'],
  ['packages/twin/src/planted-dev.ts', 'fast-check', 'declared for those who install the package'],
  ['packages/client/src/planted-ours.ts', '@gsp/drill', 'client declares what its source needs of ours'],
  ['packages/cli-kit/test/planted-ours.ts', '@gsp/drill', 'cli-kit declares what its tests need of ours'],
  // Arrows that the architecture does not have.
  [
    'packages/platform/src/contract/planted-domain.ts',
    '../domain/inside.ts',
    'arrow of packages/platform/src/contract',
  ],
  ['packages/platform/src/contract/planted-node.ts', 'node:crypto', 'platform/src/contract without Node'],
  [
    'packages/platform/src/domain/planted-store.ts',
    '../store/inside.ts',
    'arrow of packages/platform/src/domain',
  ],
  ['packages/platform/src/domain/planted-node.ts', 'node:fs', 'platform/src/domain without Node'],
  [
    'packages/platform/src/domain/planted-topology.ts',
    '../topology/inside.ts',
    'arrow of packages/platform/src/domain',
  ],
  [
    'packages/platform/src/store/planted-http.ts',
    '../http/inside.ts',
    'arrow of packages/platform/src/store',
  ],
  [
    'packages/platform/src/http/planted-store.ts',
    '../store/inside.ts',
    'arrow of packages/platform/src/http',
  ],
  [
    'packages/platform/src/functions/planted-infra.ts',
    '../infra/inside.ts',
    'arrow of packages/platform/src/functions',
  ],
  [
    'packages/platform/src/topology/planted-contract.ts',
    '../contract/inside.ts',
    'arrow of packages/platform/src/topology',
  ],
  [
    'packages/platform/src/infra/planted-domain.ts',
    '../domain/inside.ts',
    'arrow of packages/platform/src/infra',
  ],
  ['packages/client/src/planted-topology.ts', '@gsp/platform/topology', 'arrow of packages/client/src'],
  ['packages/client/src/planted-node.ts', 'node:http', 'client/src without Node'],
  ['packages/twin/src/planted-platform.ts', '@gsp/platform/contract', 'arrow of packages/twin/src'],
  ['packages/operator/src/planted-drill.ts', '@gsp/drill', 'arrow of packages/operator/src'],
  [
    'packages/operator/src/planted-amplify.ts',
    '../../../amplify/inside.ts',
    'arrow of packages/operator/src',
  ],
  ['packages/operator/src/planted-infra.ts', '@gsp/platform/infra', 'arrow of packages/operator/src'],
  ['packages/console/src/planted-operator.tsx', '@gsp/operator/doctor', 'arrow of packages/console/src'],
  ['packages/cli-kit/src/planted-operator.ts', '@gsp/operator/doctor', 'arrow of packages/cli-kit/src'],
  ['amplify/planted-operator.ts', '@gsp/operator/doctor', 'arrow of amplify'],
  ['scripts/planted-test.ts', '../test/inside.ts', 'arrow of scripts'],
  ['src/planted-twin.ts', '@gsp/twin', 'arrow of src'],
];

/** Imports that no rule may object to. */
const ALLOWED: readonly (readonly [file: string, specifier: string])[] = [
  ['packages/platform/src/domain/fine-contract.ts', '../contract/inside.ts'],
  ['packages/platform/src/store/fine-domain.ts', '../domain/inside.ts'],
  ['packages/platform/src/infra/fine-contract.ts', '../contract/inside.ts'],
  ['packages/platform/src/infra/fine-cdk.ts', 'aws-cdk-lib'],
  ['packages/client/src/fine-contract.ts', '@gsp/platform/contract'],
  ['packages/operator/src/fine-topology.ts', '@gsp/platform/topology'],
  ['packages/drill/src/fine-operator.ts', '@gsp/operator/evacuation'],
  ['packages/twin/src/fine-package.ts', 'undici'],
  ['packages/twin/test/fine-dev.ts', 'fast-check'],
  ['scripts/fine-operator.ts', '@gsp/operator/doctor'],
  ['amplify/fine-platform.ts', '@gsp/platform/infra'],
  ['test/fine-twin.ts', '@gsp/twin'],
];

const STUBS = [
  'packages/twin/src/inside.ts',
  'packages/operator/src/inside.ts',
  'amplify/inside.ts',
  'test/inside.ts',
  ...['contract', 'domain', 'store', 'http', 'functions', 'infra', 'topology'].map(
    (room) => `packages/platform/src/${room}/inside.ts`,
  ),
];

let folder: string;
let violations: { readonly from: string; readonly rule: string }[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doors-'));
  await layHouse(folder);
  for (const file of STUBS) await plant(file, 'export type Inside = 1;\n');
  for (const [file, specifier] of [...FORBIDDEN, ...ALLOWED]) await plant(file, `import '${specifier}';\n`);
  await plant(
    'packages/twin/src/planted-circle.ts',
    "import type { B } from './planted-circle-back.ts';\nexport type A = B | 1;\n",
  );
  await plant(
    'packages/twin/src/planted-circle-back.ts',
    "import type { A } from './planted-circle.ts';\nexport type B = A | 2;\n",
  );
  violations = await cruise(folder);
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(FORBIDDEN)('the gate fails when %s imports %s: %s', (file, _, rule) => {
  expect(violations.filter(({ from }) => from === file).map((violation) => violation.rule)).toContain(rule);
});

test('the gate fails at a circle of types, which no bundler and no loader would notice', () => {
  const circles = violations.filter(({ rule }) => rule === 'no circle').map(({ from }) => from);
  expect(circles).toEqual([expect.stringMatching(/^packages\/twin\/src\/planted-circle(-back)?\.ts$/)]);
});

test.each(ALLOWED)('the gate is silent when %s imports %s', (file) => {
  expect(violations.filter(({ from }) => from === file)).toEqual([]);
});

async function plant(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

/** The house without its furniture: the rules, the manifests, an empty file behind every door. */
async function layHouse(target: string): Promise<void> {
  for (const file of ['.dependency-cruiser.mjs', 'package.json', 'tsconfig.json', 'amplify/package.json'])
    await cp(join(ROOT, file), join(target, file));
  await mkdir(join(target, 'node_modules/@gsp'), { recursive: true });
  for (const name of await readdir(join(ROOT, 'packages'))) {
    const manifest = `packages/${name}/package.json`;
    await cp(join(ROOT, manifest), join(target, manifest));
    const { exports } = JSON.parse(await readFile(join(ROOT, manifest), 'utf8')) as {
      exports: Record<string, string>;
    };
    for (const door of Object.values(exports)) await plant(join('packages', name, door), 'export {};\n');
    await symlink(`../../packages/${name}`, join(target, 'node_modules/@gsp', name));
  }
  for (const name of ['zod', 'fast-check', 'aws-cdk-lib', 'undici'])
    await symlink(join(ROOT, 'node_modules', name), join(target, 'node_modules', name));
}

async function cruise(cwd: string): Promise<{ from: string; rule: string }[]> {
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const folders = ['amplify', 'src', 'scripts', 'packages', 'test'];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...folders],
    { cwd, maxBuffer: 64_000_000 },
  ).catch((error: { stdout: string }) => error);
  const { summary } = JSON.parse(stdout) as {
    summary: { totalCruised: number; violations: { from: string; rule: { name: string } }[] };
  };
  // A checker that finds no files finds no fault in them either.
  expect(summary.totalCruised).toBeGreaterThan(FORBIDDEN.length + ALLOWED.length);
  return summary.violations.map(({ from, rule }) => ({ from, rule: rule.name }));
}
