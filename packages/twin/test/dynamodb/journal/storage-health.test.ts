import { describe, expect, test } from 'vitest';
import { EngineUnavailableError } from '../../../src/dynamodb/engine/engine-client.ts';
import { StorageHealth } from '../../../src/dynamodb/journal/storage-health.ts';

function watched() {
  const told: (string | null)[] = [];
  return { told, storage: new StorageHealth('/data/eu-west-1', (failure) => told.push(failure)) };
}

const system = (code: string) => Object.assign(new Error(`${code}: it failed, write`), { code });

describe('StorageHealth', () => {
  test.each([
    [system('ENOSPC'), 'the disk is full (ENOSPC)'],
    [system('EDQUOT'), 'the quota of disk space is used up (EDQUOT)'],
    [system('EROFS'), 'the file system is read-only (EROFS)'],
    [system('EIO'), 'the disk fails (EIO)'],
    [
      // As dynoxide words it.
      new EngineUnavailableError(
        'Cannot carry out PutItem: the engine answered 500 (commit failed (backend: database or disk is full))',
      ),
      'the disk is full (ENOSPC)',
    ],
  ])('says what is wrong and where: %s', (error, reason) => {
    const { told, storage } = watched();
    storage.failed(error);
    expect(told).toEqual([`it cannot write to /data/eu-west-1: ${reason}. Writes fail until it can`]);
  });

  test.each([
    new EngineUnavailableError('Cannot reach the engine: no answer on its connection'),
    system('EBADF'),
    new TypeError('a bug'),
    'a text',
  ])('is not about any other failure: %s', (error) => {
    const { told, storage } = watched();
    storage.failed(error);
    expect(told).toEqual([]);
  });

  test('is said once, until it is another or over', () => {
    const { told, storage } = watched();
    storage.succeeded();
    for (const code of ['ENOSPC', 'ENOSPC', 'EIO']) storage.failed(system(code));
    storage.succeeded();
    storage.succeeded();
    expect(told.map((each) => each?.slice(-35) ?? null)).toEqual([
      expect.any(String),
      expect.any(String),
      null,
    ]);
  });
});
