import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError } from '@gsp/cli-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readOutputs } from '../../src/outputs/read-outputs.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-outputs-'));
  file = join(folder, 'outputs.json');
});
afterEach(() => rm(folder, { recursive: true }));

describe('readOutputs()', () => {
  test('readOutputs() gives what the client reads in the file', async () => {
    const regions = {
      'us-east-1': { role: 'primary', apiName: 'one' },
      'us-west-2': { role: 'secondary', apiName: 'two' },
    };
    const API = { one: { endpoint: 'https://one.test' }, two: { endpoint: 'https://two.test' } };
    const content = { custom: { API, platform: { project: 'shop', stage: 'main', regions } } };
    await writeFile(file, JSON.stringify(content));
    expect(await readOutputs(file)).toMatchObject({
      project: 'shop',
      regions: [{ region: 'us-east-1', role: 'primary' }, { region: 'us-west-2' }],
      content,
    });
  });

  test.each([
    ['{', /outputs\.json: it is no JSON/],
    ['{}', /outputs\.json: .*custom is missing/],
  ])('readOutputs() names the file and what is wrong when it holds %j', async (content, message) => {
    await writeFile(file, content);
    await expect(readOutputs(file)).rejects.toThrow(CommandError);
    await expect(readOutputs(file)).rejects.toThrow(message);
  });

  test('readOutputs() asks for a file when there is none', async () => {
    await expect(readOutputs(join(folder, 'none'))).rejects.toThrow(/ENOENT.*--target/);
  });
});
