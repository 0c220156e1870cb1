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
  ['amplify/contract/planted-domain.ts', '../domain/item.ts'],
  ['amplify/contract/planted-node.ts', 'node:crypto'],
  ['amplify/domain/planted-store.ts', '../store/dynamodb-item-store.ts'],
  ['amplify/domain/planted-sdk.ts', '@aws-sdk/client-dynamodb'],
  ['amplify/domain/planted-node.ts', 'node:fs'],
  ['amplify/domain/planted-topology.ts', '../topology/topology.ts'],
  ['amplify/store/planted-http.ts', '../http/dispatch.ts'],
  ['amplify/http/planted-store.ts', '../store/dynamodb-item-store.ts'],
  ['amplify/http/planted-sdk.ts', '@aws-sdk/lib-dynamodb'],
  ['amplify/functions/api/planted-infra.ts', '../../infra/regional-api.ts'],
  ['amplify/topology/planted-cdk.ts', 'aws-cdk-lib'],
  ['amplify/topology/planted-contract.ts', '../contract/routes.ts'],
  ['amplify/infra/planted-contract.ts', '../contract/routes.ts'],
  ['amplify/infra/planted-handler.ts', '../functions/api/handler.ts'],
  ['amplify/infra/planted-local.ts', '../../local/twin-error.ts'],
  ['amplify/backend.ts', './store/dynamodb-item-store.ts'],
  ['local/planted-amplify.ts', '../amplify/topology/topology.ts'],
  ['local/http-api/planted-scripts.ts', '../../scripts/steps/synthesize.ts'],
  ['local/planted-cdk.ts', 'aws-cdk-lib/assertions'],
  ['src/client/planted-store.ts', '../../amplify/store/dynamodb-item-store.ts'],
  ['src/client/planted-node.ts', 'node:http'],
  ['src/client/planted-decision.ts', '../../amplify/domain/commit-image.ts'],
  ['src/client/planted-schema.ts', 'zod/mini'],
  ['src/client/planted-console.ts', '../console/app.tsx'],
  ['src/console/planted-local.ts', '../../local/supervisor/twin-state.ts'],
  ['src/console/planted-domain.ts', '../../amplify/domain/session-token.ts'],
  ['src/console/planted-amplify.ts', 'aws-amplify/api'],
  ['scripts/planted-infra.ts', '../amplify/infra/regional-api.ts'],
  ['scripts/planted-backend.ts', '../amplify/backend.ts'],
  ['scripts/planted-test.ts', '../test/twin/support/twin-process.ts'],
];

const ALLOWED: readonly (readonly [file: string, specifier: string])[] = [
  ['amplify/domain/fine-contract.ts', '../contract/routes.ts'],
  ['amplify/store/fine-domain.ts', '../domain/item.ts'],
  ['amplify/infra/fine-topology.ts', '../topology/topology.ts'],
  ['src/client/fine-contract.ts', '../../amplify/contract/routes.ts'],
  ['src/client/fine-session.ts', '../../amplify/domain/session-token.ts'],
  ['src/console/fine-client.ts', '../client/index.ts'],
  ['scripts/steps/fine-topology.ts', '../../amplify/topology/topology.ts'],
  ['local/fine-package.ts', 'undici'],
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
