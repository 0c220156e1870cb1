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
    expect(await readOutputs('amplify_outputs.json')).toMatchObject({
      project: 'gsp',
      regions: [{ region: 'eu-west-1', role: 'primary' }, { region: 'eu-central-1' }],
      content: { custom: {} },
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
