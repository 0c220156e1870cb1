import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { loadProject } from '@gsp/operator/project';
import { assembleTwin, LOAD_CHANGES } from '@gsp/operator/start';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyRepository, type DefinitionFolder } from './support/definition-folder.ts';
import { eventually } from './support/eventually.ts';
import { startTwinProcess, type TwinProcess } from './support/twin-process.ts';

/** docs/your-first-entity.md, step by step in a copy of this repository, as printed but for the twin's ports. */
const ROOT = join(import.meta.dirname, '../..');
const LIMIT_MS = 120_000;

const run = promisify(execFile);
const text = await readFile(join(ROOT, 'docs/your-first-entity.md'), 'utf8');

/** A block of code, by what its fence says after the language. */
function block(language: string, title: string): string {
  const [, code] = text.split(`\n\`\`\`${language} ${title}\n`);
  if (code === undefined)
    throw new Error(`The page has no ${language} block "${title}". Give the block its title again.`);
  return code.slice(0, code.indexOf('\n```') + 1);
}

describe('docs/your-first-entity.md', () => {
  let copy: DefinitionFolder;
  let folder: string;
  let twin: TwinProcess;

  const save = async (path: string, code = block('ts', path)) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), code);
  };
  const shell = async (title: string) => {
    const [west = '', central = ''] = twin.ready.regions.map(({ api }) => api);
    const command = block('bash', title)
      .replaceAll('http://127.0.0.1:4011', west)
      .replaceAll('http://127.0.0.1:4012', central);
    const { stdout } = await run('bash', ['-ec', command], { cwd: folder, timeout: LIMIT_MS });
    return stdout;
  };

  beforeAll(async () => {
    copy = await copyRepository();
    folder = copy.path;
    await save('amplify/entities/order.ts');
    await save('amplify/entities/index.ts');
    // So that the start, which has a limit of its own, finds the templates made, however busy the machine is.
    await assembleTwin(await loadProject(folder), 'main', { changes: LOAD_CHANGES });
    twin = await startTwinProcess({ cwd: folder, args: ['--no-watch'] });
  }, 300_000);

  afterAll(async () => {
    await twin?.end();
    await copy?.remove();
  });

  test('creates an order in one region, and finds it in the other: in its list and by its index', async () => {
    const created = JSON.parse(await shell('create'));
    expect(created).toMatchObject({
      region: 'eu-west-1',
      customerId: 'ada',
      status: 'open',
      total: 30,
      items: ['tea'],
    });
    const [list, index] = block('bash', 'list').trim().split('\n');
    expect([list, index].join()).toContain('index=byStatus');
    await eventually(async () => (await shell('list')).split(created.id).length === 3, {
      limitMs: LIMIT_MS / 4,
      what: () => 'the order in the list and in the index of the other region',
    });
  });

  test('says what it refuses, and where', async () => {
    const { errors } = JSON.parse(await shell('refused')) as { errors: { path: string }[] };
    expect(errors.map(({ path }) => path)).toEqual(['/status', '/total']);
  });

  test('has a test that fails without a merge, and passes with it', async () => {
    await save('test/entities/order.test.ts');
    const failed = await shell('test').catch(
      (error: { stdout?: string; stderr?: string }) => `${error.stdout}${error.stderr}`,
    );
    expect(failed).toContain('Cannot test the merge of "order": it has none. Define one.');
    const path = 'amplify/entities/order.ts';
    const access = "owner: 'customerId' },\n";
    expect(block('ts', path)).toContain(access);
    await save(path, block('ts', path).replace(access, access + block('ts', 'merge')));
    expect(await shell('test')).toMatch(/Tests\s+.*1 passed/);
  });

  test('is called from TypeScript, by types of the definition', async () => {
    await shell('outputs');
    const outputs = await readFile(join(folder, 'amplify_outputs.json'), 'utf8');
    expect(JSON.parse(outputs).custom.platform.entities).toHaveProperty('orders');
    // This twin is on ports of its own.
    const mine = JSON.parse(await (await fetch(`${twin.ready.control}/amplify_outputs.json`)).text());
    expect(mine.custom.platform.entities).toEqual(JSON.parse(outputs).custom.platform.entities);
    await writeFile(join(folder, 'amplify_outputs.json'), JSON.stringify(mine));
    await save('first-order.ts');
    expect(await shell('client')).toBe(block('text', 'client'));
  });
});
