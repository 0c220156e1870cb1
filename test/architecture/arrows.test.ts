import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

/**
 * The rule that keeps the rooms apart is a linter setting, and a setting that matches nothing passes in silence.
 * So every arrow is violated once on purpose, in a copy of the configuration, and each violation must be found.
 */
const FORBIDDEN: readonly (readonly [file: string, specifier: string])[] = [
  ['packages/platform/src/contract/planted-domain.ts', '../domain/item.ts'],
  ['packages/platform/src/contract/planted-node.ts', 'node:crypto'],
  ['packages/platform/src/domain/planted-store.ts', '../store/dynamodb-item-store.ts'],
  ['packages/platform/src/domain/planted-sdk.ts', '@aws-sdk/client-dynamodb'],
  ['packages/platform/src/domain/planted-node.ts', 'node:fs'],
  ['packages/platform/src/domain/planted-topology.ts', '../topology/topology.ts'],
  ['packages/platform/src/store/planted-http.ts', '../http/dispatch.ts'],
  ['packages/platform/src/http/planted-store.ts', '../store/dynamodb-item-store.ts'],
  ['packages/platform/src/http/planted-sdk.ts', '@aws-sdk/lib-dynamodb'],
  ['packages/platform/src/functions/api/planted-infra.ts', '../../infra/regional-api.ts'],
  ['packages/platform/src/topology/planted-cdk.ts', 'aws-cdk-lib'],
  ['packages/platform/src/topology/planted-contract.ts', '../contract/routes.ts'],
  ['packages/platform/src/infra/planted-contract.ts', '../contract/routes.ts'],
  ['packages/platform/src/infra/planted-handler.ts', '../functions/api/handler.ts'],
  ['packages/platform/src/infra/planted-local.ts', '../../local/twin-error.ts'],
  ['packages/twin/src/planted-amplify.ts', '../amplify/topology/topology.ts'],
  ['packages/twin/src/http-api/planted-scripts.ts', '../../scripts/steps/synthesize.ts'],
  ['packages/twin/src/planted-cdk.ts', 'aws-cdk-lib/assertions'],
  ['packages/client/src/planted-store.ts', '../../amplify/store/dynamodb-item-store.ts'],
  ['packages/client/src/planted-node.ts', 'node:http'],
  ['packages/client/src/planted-decision.ts', '../../amplify/domain/commit-image.ts'],
  ['packages/client/src/planted-schema.ts', 'zod/mini'],
  ['packages/client/src/planted-console.ts', '../console/app.tsx'],
  ['packages/console/src/planted-local.ts', '../../local/supervisor/twin-state.ts'],
  ['packages/console/src/planted-domain.ts', '../../amplify/domain/session-token.ts'],
  ['packages/console/src/planted-amplify.ts', 'aws-amplify/api'],
];

const ALLOWED: readonly (readonly [file: string, specifier: string])[] = [
  ['packages/platform/src/domain/fine-contract.ts', '../contract/routes.ts'],
  ['packages/platform/src/store/fine-domain.ts', '../domain/item.ts'],
  ['packages/platform/src/infra/fine-topology.ts', '../topology/topology.ts'],
  ['packages/client/src/fine-contract.ts', '../../amplify/contract/routes.ts'],
  ['packages/client/src/fine-session.ts', '../../amplify/domain/session-token.ts'],
  ['packages/console/src/fine-client.ts', '../client/index.ts'],
  ['packages/twin/src/fine-package.ts', 'undici'],
];

let folder: string;
let findings: { file: string; rule: string }[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arrows-'));
  await cp('biome.json', join(folder, 'biome.json'));
  for (const [file, specifier] of [...FORBIDDEN, ...ALLOWED]) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `import '${specifier}';\n`);
  }
  findings = await lint(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(FORBIDDEN)('linter finds the arrow violated when %s imports %s', (file) => {
  expect(
    findings.filter(({ rule }) => rule === 'lint/style/noRestrictedImports').map((finding) => finding.file),
  ).toContain(file);
});

test.each(ALLOWED)('linter is silent when %s imports %s', (file) => {
  expect(findings.filter((finding) => finding.file === file)).toEqual([]);
});

async function lint(cwd: string): Promise<{ file: string; rule: string }[]> {
  const biome = join(process.cwd(), 'node_modules/@biomejs/biome/bin/biome');
  const args = [
    biome,
    'lint',
    '--vcs-enabled=false',
    '--only=style/noRestrictedImports',
    '--reporter=json',
    '--max-diagnostics=none',
    '.',
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, maxBuffer: 16_000_000 }).catch(
    (error: { stdout: string }) => error,
  );
  const report = JSON.parse(stdout) as {
    diagnostics: { category: string; location: { path: string | { file: string } } }[];
  };
  return report.diagnostics.map(({ category, location }) => ({
    rule: category,
    file: (typeof location.path === 'string' ? location.path : location.path.file).replace(/^\.\//, ''),
  }));
}
