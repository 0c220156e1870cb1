import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openOperatorCredentials } from '../../src/credentials/operator-credentials.ts';
import { TwinError } from '../../src/twin-error.ts';

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'credentials-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const modeOf = (file: string): number => statSync(file).mode & 0o777;

describe('openOperatorCredentials()', () => {
  test('makes a key of AWS’s form that only its owner may read, once for a folder', async () => {
    const directory = folder();
    const first = openOperatorCredentials(directory);
    expect(first.file).toBe(join(directory, 'credentials.json'));
    expect(first.credential).toEqual({
      accessKeyId: expect.stringMatching(/^AKIATWIN[A-Z2-7]{12}$/),
      secretAccessKey: expect.stringMatching(/^[A-Za-z0-9/+]{40}$/),
      userName: 'operator',
    });
    const { userName: _, ...stored } = first.credential;
    expect(JSON.parse(readFileSync(first.file, 'utf8'))).toEqual(stored);
    expect(modeOf(first.file)).toBe(0o600);
    expect(openOperatorCredentials(directory)).toEqual(first);
    expect(openOperatorCredentials(folder()).credential).not.toEqual(first.credential);
    expect(readdirSync(directory)).toEqual(['credentials.json']);
  });

  test('takes the file back from others, and a draft of a start that was killed as well', async () => {
    const directory = folder();
    writeFileSync(join(directory, 'credentials.json.new'), '{"accessKeyId":"AKIA', { mode: 0o644 });
    const { file, credential } = openOperatorCredentials(directory);
    expect(modeOf(file)).toBe(0o600);
    chmodSync(file, 0o644);
    expect(openOperatorCredentials(directory).credential).toEqual(credential);
    expect(modeOf(file)).toBe(0o600);
  });

  test.each([
    ['half a file', '{"accessKeyId":"AKIATWINAAAAAAAAAAAA","secretAccessKey":"s3cr3ts3cr3ts3cr3t'],
    ['another shape', '{"accessKey":"s3cr3ts3cr3ts3cr3t"}'],
    ['a key that is none', '{"accessKeyId":"","secretAccessKey":"s3cr3ts3cr3ts3cr3t"}'],
    ['nothing', ''],
  ])('fails with the remedy and without the secret on %s', async (_, content) => {
    const directory = folder();
    writeFileSync(join(directory, 'credentials.json'), content);
    const error = thrownBy(() => openOperatorCredentials(directory));
    expect(error).toBeInstanceOf(TwinError);
    expect(error).toMatchObject({
      code: 'DataDirectoryUnusable',
      message: expect.stringMatching(/credentials\.json.*Remove the file/),
    });
    expect(JSON.stringify([error, (error as Error).stack, (error as Error).cause])).not.toContain('s3cr3t');
    expect(readFileSync(join(directory, 'credentials.json'), 'utf8')).toBe(content);
  });

  test('fails with the cause when the folder is not there', async () => {
    const error = thrownBy(() => openOperatorCredentials(join(folder(), 'gone')));
    expect(error).toMatchObject({ code: 'DataDirectoryUnusable', cause: { code: 'ENOENT' } });
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
