import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { eventually } from '../dynamodb/support/eventually.ts';
import { dynamodb, REGIONS, startTwin, writeAssemblies } from './twin-fixture.ts';

const [WEST, CENTRAL] = REGIONS;

/** Lets a process write files up to this size and no further, as a full disk would: from its next write on. Linux only. */
async function limitFileSize(pid: number, size: '1' | 'unlimited'): Promise<void> {
  await promisify(execFile)('prlimit', ['--pid', String(pid), `--fsize=${size}:unlimited`]);
}

describe.runIf(process.platform === 'linux')('a region that cannot write', () => {
  test('says so in state and terminal, goes on reading, and says when it can again', async () => {
    const notices: string[] = [];
    const { twin } = await startTwin(writeAssemblies(), { onNotice: (notice) => notices.push(notice) });
    const put = (pk: string) => dynamodb(twin, WEST, ['PutItem', { Item: { pk: { S: pk } } }]);
    const west = async () => (await twin.state()).regions.find(({ region }) => region === WEST);
    await put('before');
    const pid = (await west())?.pids.region ?? 0;

    await limitFileSize(pid, '1');
    await expect(put('meanwhile')).rejects.toThrow(/InternalServerError/);
    await eventually('the region is impaired', async () => (await west())?.status === 'impaired');
    const reason = /cannot write to .*eu-west-1\/replica: a file would become larger than it may \(EFBIG\)/;
    expect((await west())?.reason).toMatch(reason);
    expect(notices).toEqual([expect.stringMatching(reason)]);
    await expect(put('again')).rejects.toThrow(/InternalServerError/);
    expect(notices, 'said once').toHaveLength(1);
    const read = await dynamodb(twin, WEST, ['GetItem', { Key: { pk: { S: 'before' } } }]);
    expect(read.Item).toEqual({ pk: { S: 'before' } });

    await limitFileSize(pid, 'unlimited');
    await put('after');
    await eventually('the region runs', async () => (await west())?.status === 'running');
    expect(notices.at(-1)).toContain('it can write again');
    await eventually('its writes arrive', async () => {
      const { Item } = await dynamodb(twin, CENTRAL, ['GetItem', { Key: { pk: { S: 'after' } } }]);
      return Item !== undefined;
    });
  });
});
