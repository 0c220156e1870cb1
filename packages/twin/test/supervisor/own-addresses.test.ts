import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ownAddresses } from '../../src/supervisor/port-plan.ts';

/** Of TEST-NET-1 (RFC 5737): an address that no machine has. */
const NOBODYS = '192.0.2.1';

describe('ownAddresses()', () => {
  test('gives those on which this machine can listen', async () => {
    expect([...(await ownAddresses([NOBODYS, '127.0.0.1']))]).toEqual(['127.0.0.1']);
  });

  test('leaves nothing listening', async () => {
    const listening = () =>
      process.getActiveResourcesInfo().filter((each) => each === 'TCPServerWrap').length;
    await ownAddresses(['127.0.0.1', NOBODYS]);
    await expect.poll(listening).toBe(0);
  });

  test('gives nothing of nothing', async () => {
    expect((await ownAddresses([])).size).toBe(0);
  });

  test('counts an address whose ports are in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    expect((await ownAddresses(['127.0.0.1'])).has('127.0.0.1')).toBe(true);
    await new Promise((resolve) => server.close(resolve));
  });

  test.runIf(process.platform === 'linux')('gives every address of 127.0.0.0/8 on Linux', async () => {
    const addresses = ['127.0.1.10', '127.0.1.25', '127.255.255.254'];
    expect([...(await ownAddresses(addresses))]).toEqual(addresses);
  });
});
