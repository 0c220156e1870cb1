import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/**
 * The real `ampx`, as Amplify Hosting runs it. Without an account it gets as far as asking for credentials, which
 * is after synthesis, template validation and its own type check; there it must stop, and nowhere before.
 */
const ROOT = join(import.meta.dirname, '../..');
const CLOUD_ASSEMBLY = join(ROOT, '.amplify/artifacts/cdk.out');

test.each(['eu-west-1', 'eu-central-1'])(
  'ampx pipeline-deploy synthesizes and type-checks %s, and stops at credentials',
  async (region) => {
    await rm(CLOUD_ASSEMBLY, { recursive: true, force: true });
    const output = await pipelineDeploy(region);
    expect(output).toMatch(/Backend synthesized in/);
    expect(output).toMatch(/Type checks completed in/);
    expect(output).toMatch(/UnresolvedAccount|CredentialsError/);
    expect(output).not.toMatch(/SyntaxError|TypeScript validation/);

    const report = JSON.parse(await readFile(join(CLOUD_ASSEMBLY, 'validation-report.json'), 'utf8')) as {
      pluginReports: unknown[];
    };
    expect(report.pluginReports).toEqual([]);
  },
  180_000,
);

/** Everything that ampx prints. It always fails here; how it fails is what the test is about. */
function pipelineDeploy(region: string): Promise<string> {
  const { PATH, HOME } = process.env;
  const env = {
    PATH,
    HOME,
    CI: '1',
    AWS_REGION: region,
    AMPLIFY_DISABLE_TELEMETRY: '1',
    CDK_DISABLE_TELEMETRY: '1',
    // No credentials from this machine may be found, whatever it is.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const args = ['ampx', 'pipeline-deploy', '--branch', 'main', '--app-id', 'd123'];
  return new Promise((resolve, reject) => {
    execFile('npx', args, { cwd: ROOT, env, timeout: 170_000 }, (error, stdout, stderr) => {
      if (error === null) reject(new Error('ampx deployed without an account'));
      else resolve(stdout + stderr);
    });
  });
}
