import { createSocket } from 'node:dgram';
import type { DecodedPacket } from 'dns-packet';
import { describe, expect, onTestFinished, test } from 'vitest';
import { queryDns, ResolutionError } from '../../src/global-endpoint/query-dns.ts';
import { NOBODY_LISTENS } from './endpoint-fixture.ts';
import { address, RCODE, replyTo, type ScriptedDns, scriptedDns, withLength } from './scripted-dns.ts';

const NAME = 'api.gsp.test';
const IP = '127.0.1.10';

function ask(
  dns: Pick<ScriptedDns, 'host' | 'port'>,
  timeoutMs = 150,
  signal = new AbortController().signal,
) {
  return queryDns(dns, { name: NAME, timeoutMs, signal });
}

const good = (query: DecodedPacket) => replyTo(query, { answers: [address(NAME, IP)] });
const truncated = (query: DecodedPacket) => replyTo(query, { truncated: true });

describe('queryDns() over UDP', () => {
  test('asks one question for an address, recursion desired, with another id each time', async () => {
    const queries: DecodedPacket[] = [];
    const dns = await scriptedDns((query) => {
      queries.push(query);
      return [good(query)];
    });
    for (let times = 0; times < 4; times += 1) {
      const { answers } = await ask(dns);
      expect(answers).toMatchObject([{ type: 'A', data: IP, ttl: 60 }]);
    }
    expect(queries).toHaveLength(4);
    for (const { questions, flag_rd } of queries) {
      expect(questions).toEqual([{ type: 'A', class: 'IN', name: NAME }]);
      expect(flag_rd).toBe(true);
    }
    // Ids that are drawn from 65,536: four the same come once in 10^14.
    expect(new Set(queries.map(({ id }) => id)).size).toBeGreaterThan(1);
  });

  test.each<[string, (query: DecodedPacket) => Uint8Array]>([
    ['two bytes', () => Buffer.from('xx')],
    ['nothing', () => Buffer.alloc(0)],
    ['its first half', (query) => good(query).subarray(0, 20)],
    ['another id', (query) => replyTo(query, { id: ((query.id ?? 0) + 1) & 0xff_ff, rcode: RCODE.refused })],
    ['another name', (query) => replyTo(query, { name: 'other.gsp.test', rcode: RCODE.refused })],
  ])('ignores %s, and takes the answer that comes after it', async (_, other) => {
    const dns = await scriptedDns((query) => [other(query), good(query)]);
    const { answers, rcode } = await ask(dns);
    expect(rcode).toBe('NOERROR');
    expect(answers).toMatchObject([{ data: IP }]);
    expect(dns.overUdp).toHaveLength(1);
    dns.script = (query) => [other(query)];
    await expect(ask(dns)).rejects.toMatchObject({ code: 'NoAnswer' });
  });

  test('ignores its own question when that comes back', async () => {
    const dns = await scriptedDns(() => []);
    const echo = createSocket('udp4');
    onTestFinished(() => {
      echo.close();
    });
    echo.on('message', (message, client) => echo.send(message, client.port, client.address));
    await new Promise<void>((resolve) => echo.bind(0, '127.0.0.1', resolve));
    await expect(ask({ host: dns.host, port: echo.address().port })).rejects.toMatchObject({
      code: 'NoAnswer',
    });
  });

  test('ignores a right answer that another port gives', async () => {
    const other = createSocket('udp4');
    onTestFinished(() => {
      other.close();
    });
    const dns = await scriptedDns((query, { port }) => {
      other.send(good(query), port, '127.0.0.1');
      return [];
    });
    await expect(ask(dns)).rejects.toMatchObject({ code: 'NoAnswer' });
  });

  test('takes the answer whatever the case of the name in it', async () => {
    const dns = await scriptedDns((query) => [replyTo(query, { name: NAME.toUpperCase() })]);
    await expect(ask(dns)).resolves.toMatchObject({ rcode: 'NOERROR' });
  });

  test('asks a second time where nothing comes, and no third time', async () => {
    const dns = await scriptedDns((query) => (dns.overUdp.length === 1 ? [] : [good(query)]));
    await expect(ask(dns)).resolves.toMatchObject({ answers: [{ data: IP }] });
    expect(dns.overUdp).toHaveLength(2);
    dns.script = () => [];
    const startedMs = performance.now();
    const failure = await ask(dns).catch((error: unknown) => error);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(298);
    expect(dns.overUdp).toHaveLength(4);
    expect(failure).toBeInstanceOf(ResolutionError);
    expect(failure).toMatchObject({
      code: 'NoAnswer',
      message: expect.stringContaining(`127.0.0.1:${dns.port} gave no answer (nothing within 150 ms)`),
    });
  });

  test('fails at once, and names the server, where nobody listens', async () => {
    const startedMs = performance.now();
    const failure = await ask({ host: '127.0.0.1', port: NOBODY_LISTENS }, 5_000).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      code: 'NoAnswer',
      message: expect.stringContaining('127.0.0.1:1 gave no'),
    });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  test('ends with the reason of its signal, without asking again', async () => {
    const leaving = new AbortController();
    const reason = new Error('closed');
    const dns = await scriptedDns(() => {
      leaving.abort(reason);
      return [];
    });
    await expect(ask(dns, 60_000, leaving.signal)).rejects.toBe(reason);
    await expect(ask(dns, 60_000, leaving.signal)).rejects.toBe(reason);
    expect(dns.overUdp).toHaveLength(1);
  });
});

describe('queryDns() over TCP', () => {
  test('asks anew over TCP when the answer was truncated, in as many pieces as it comes', async () => {
    const dns = await scriptedDns((query, { transport }) => {
      if (transport === 'udp') return [truncated(query)];
      const message = withLength(good(query));
      return [message.subarray(0, 1), message.subarray(1, 9), message.subarray(9)];
    });
    await expect(ask(dns)).resolves.toMatchObject({ flag_tc: false, answers: [{ data: IP }] });
    expect([dns.overUdp, dns.overTcp]).toEqual([[NAME], [NAME]]);
  });

  test.each<[string, (query: DecodedPacket) => Uint8Array[], string]>([
    ['ends before the answer', (query) => [withLength(good(query)).subarray(0, 12)], 'connection ended'],
    ['answers another question', (query) => [withLength(replyTo(query, { name: 'x.test' }))], 'malformed'],
    ['answers nonsense', () => [withLength(Buffer.from('nonsense'))], 'malformed'],
    ['is silent', () => [], 'nothing within 150 ms'],
  ])('fails in bounded time when the server %s', async (_, script, why) => {
    const dns = await scriptedDns((query, { transport }) =>
      transport === 'udp' ? [truncated(query)] : script(query),
    );
    const failure = await ask(dns).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'NoAnswer', message: expect.stringContaining(why) });
    expect(dns.overTcp).toHaveLength(2);
  });
});
