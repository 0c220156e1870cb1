import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { topology } from '../../amplify/topology.ts';

const ROOT = join(import.meta.dirname, '../..');
const WORKFLOWS = join(ROOT, '.github/workflows');

const files = ['amplify.yml', ...(await readdir(WORKFLOWS)).map((name) => `.github/workflows/${name}`)];
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));

/** Lines that say something: of these files only comments stand on lines of their own. */
async function linesOf(file: string): Promise<readonly string[]> {
  const text = await readFile(join(ROOT, file), 'utf8');
  return text.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
}

const ran = (lines: readonly string[]) =>
  lines.flatMap((line) => [...line.matchAll(/\bnpm run ([\w:-]+)/g)].flatMap(([, name]) => name ?? []));

describe.each(files)('%s', (file) => {
  test('is indented by spaces, two at a time', async () => {
    for (const line of await linesOf(file)) expect(line).toMatch(/^( {2})*\S/);
  });

  test('runs commands that package.json has', async () => {
    for (const name of ran(await linesOf(file))) expect(Object.keys(scripts)).toContain(name);
  });
});

describe('amplify.yml', () => {
  test('deploys the backend of the branch, then builds the console that Hosting serves', async () => {
    const lines = (await linesOf('amplify.yml')).map((line) => line.trim());
    const order = [
      'backend:',
      '- npm ci',
      '- npx ampx pipeline-deploy --branch $AWS_BRANCH --app-id $AWS_APP_ID',
    ]
      .concat(['frontend:', '- npm run build', 'baseDirectory: dist'])
      .map((line) => lines.indexOf(line));
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((one, other) => one - other));
  });

  test('takes a Node in both phases that package.json supports', async () => {
    const versions = (await linesOf('amplify.yml')).flatMap((line) => line.match(/nvm use (\d+)/)?.[1] ?? []);
    expect(versions).toEqual(['24', '24']);
  });
});

describe('.github/workflows', () => {
  const workflows = files.filter((file) => file.startsWith('.github/'));

  test.each(workflows)('%s names each action by a release tag', async (file) => {
    const used = (await linesOf(file)).flatMap((line) => line.match(/uses: (\S+)/)?.[1] ?? []);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used)
      expect(action).toMatch(/^[\w-]+\/[\w-]+@v\d+(\.\d+)*$|^\.\/\.github\/workflows\//);
  });

  test.each(workflows)('%s says what its token may do, and stores no key', async (file) => {
    const lines = await linesOf(file);
    expect(lines).toContain('permissions:');
    expect(lines).toContain('  contents: read');
    expect(lines.join('\n')).not.toMatch(/access-key|secrets\./);
    expect(lines.join('\n')).not.toMatch(/: write-all|contents: write|pull_request_target/);
  });

  test.each(workflows)('%s gives no value of the event to a shell', async (file) => {
    const lines = await linesOf(file);
    const commands = lines.filter((line) => /\brun: /.test(line));
    for (const line of commands) expect(line).not.toMatch(/\$\{\{/);
    expect(lines.join('\n')).not.toMatch(
      /\$\{\{[^}]*github\.event\.(pull_request|issue|head_commit|comment)/,
    );
  });

  test('deploys stages that the topology has', async () => {
    const lines = await linesOf('.github/workflows/deploy.yml');
    const stages = lines.flatMap((line) => line.match(/^ +stage: (\S+)$/)?.[1] ?? []);
    expect(stages).toEqual(['dev', 'main']);
    for (const stage of stages) expect(Object.keys(topology.stages)).toContain(stage);
  });

  test('proves a stage by its deploy, its outputs and a drill, in this order', async () => {
    const names = ran(await linesOf('.github/workflows/deploy-stage.yml'));
    expect(names).toEqual(['doctor', 'deploy', 'outputs', 'drill']);
  });

  test('checks with each Node that package.json supports', async () => {
    const text = (await linesOf('.github/workflows/check.yml')).join('\n');
    expect(text).toContain('node: ["20.19", "22", "24"]');
    expect(text).toContain('- run: npm ci --no-audit --no-fund\n      - run: npm run check');
  });
});
