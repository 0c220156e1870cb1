import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { checkTools, installedTools, isWithin } from '../../src/doctor/check-tools.ts';

describe('isWithin()', () => {
  test.each([
    ['1.2.3', '1.2.3', true],
    ['1.2.4', '1.2.3', false],
    ['1.2.9', '~1.2.3', true],
    ['1.3.0', '~1.2.3', false],
    ['1.2.2', '~1.2.3', false],
    ['1.9.0', '^1.2.3', true],
    ['1.2.2', '^1.2.3', false],
    ['2.0.0', '^1.2.3', false],
    ['1.10.0', '^1.9.9', true],
    ['0.2.9', '^0.2.3', true],
    ['0.3.0', '^0.2.3', false],
    ['0.0.4', '^0.0.3', false],
    ['1.2.3-beta.1', '^1.2.3', false],
    ['1.2.3', 'latest', false],
  ])('isWithin() reads %s in %s as npm does', (version, range, expected) => {
    expect(isWithin(version, range)).toBe(expected);
  });
});

describe('checkTools()', () => {
  test('checkTools() names every version when all are as they should be', () => {
    const found = checkTools([
      { name: 'aws-cdk', wanted: '2.1148.1', installed: '2.1148.1' },
      { name: 'typescript', wanted: '~6.0.3', installed: '6.0.4' },
    ]);
    expect(found).toMatchObject({ level: 'ok', what: 'aws-cdk 2.1148.1, typescript 6.0.4' });
  });

  test('checkTools() is one fault with npm ci when some are missing or wrong', () => {
    const found = checkTools([
      { name: 'aws-cdk', wanted: '2.1148.1', installed: '3.0.0' },
      { name: 'typescript', wanted: '~6.0.3', installed: null },
      { name: 'aws-cdk-lib', wanted: '^2.276.0', installed: '2.276.0' },
    ]);
    expect(found).toMatchObject({
      level: 'fault',
      what: 'aws-cdk is 3.0.0, 2.1148.1 is needed; typescript is not installed, ~6.0.3 is needed',
      remedy: 'npm ci',
    });
  });
});

describe('installedTools()', () => {
  let checkout: string | undefined;

  afterEach(async () => {
    if (checkout !== undefined) await rm(checkout, { recursive: true });
    checkout = undefined;
  });

  test('installedTools() finds every tool of this checkout', async () => {
    const tools = await installedTools(join(import.meta.dirname, '../../../..'));
    expect(tools.map(({ name }) => name)).toContain('@aws-amplify/backend-cli');
    expect(checkTools(tools).level).toBe('ok');
  });

  test('installedTools() tells what is not installed', async () => {
    checkout = await mkdtemp(join(tmpdir(), 'doctor-'));
    const names = [
      '@aws-amplify/backend-cli',
      '@aws-amplify/backend',
      'aws-cdk',
      'aws-cdk-lib',
      'typescript',
    ];
    const devDependencies = Object.fromEntries(names.map((name) => [name, '1.0.0']));
    await writeFile(join(checkout, 'package.json'), JSON.stringify({ devDependencies }));
    await mkdir(join(checkout, 'node_modules/aws-cdk'), { recursive: true });
    await writeFile(
      join(checkout, 'node_modules/aws-cdk/package.json'),
      JSON.stringify({ version: '1.0.0' }),
    );
    const tools = await installedTools(checkout);
    expect(tools.filter(({ installed }) => installed !== null).map(({ name }) => name)).toEqual(['aws-cdk']);
    await writeFile(join(checkout, 'package.json'), '{}');
    await expect(installedTools(checkout)).rejects.toThrow('package.json does not have it');
  });
});
