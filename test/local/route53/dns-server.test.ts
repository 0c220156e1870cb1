import { execFile, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DnsServer } from '../../../local/route53/dns-server.ts';
import { startDnsServer } from '../../../local/route53/dns-server.ts';
import { TwinError } from '../../../local/twin-error.ts';
import { eventually } from '../../twin/support/eventually.ts';
import { ask, askTcp, askUdp, decoded, dnsServerOf, edns, queryBytes, withLength } from './dns-fixture.ts';
import {
  CENTRAL,
  failoverRecords,
  fixedCheck,
  recordSet,
  route53Of,
  values,
  WEST,
  ZONE,
} from './route53-fixture.ts';

const GLOBAL = 'api.gsp.test';
const LARGE = 'large.gsp.test';

const RECORDS = [
  ...failoverRecords(),
  ...failoverRecords('AAAA'),
  recordSet({ name: 'a.between.gsp.test', target: values('192.0.2.1') }),
  // 40 records of 16 bytes beside their name: more than 512 bytes, and less than 1,500.
  recordSet({ name: LARGE, target: values(...Array.from({ length: 40 }, (_, index) => `192.0.2.${index}`)) }),
  recordSet({ name: 'broken.gsp.test', target: values('no address') }),
  recordSet({
    name: 'broken.gsp.test',
    type: 'MX',
    target: values('ten mail.example.com', `10 ${'x'.repeat(64)}.example.com`),
  }),
];

describe('DNS server over UDP', () => {
  test.each([
    { name: GLOBAL, type: 'A', rcode: 'NOERROR', answers: 1, authorities: 0 },
    { name: GLOBAL, type: 'AAAA', rcode: 'NOERROR', answers: 1, authorities: 0 },
    { name: GLOBAL, type: 'TXT', rcode: 'NOERROR', answers: 0, authorities: 1 },
    { name: GLOBAL, type: '65', rcode: 'NOERROR', answers: 0, authorities: 1 },
    { name: GLOBAL, type: 'ANY', rcode: 'NOERROR', answers: 1, authorities: 0 },
    { name: 'between.gsp.test', type: 'A', rcode: 'NOERROR', answers: 0, authorities: 1 },
    { name: 'none.gsp.test', type: 'A', rcode: 'NXDOMAIN', answers: 0, authorities: 1 },
    { name: 'gsp.test', type: 'SOA', rcode: 'NOERROR', answers: 1, authorities: 0 },
    { name: 'gsp.test', type: 'NS', rcode: 'NOERROR', answers: 2, authorities: 0 },
    { name: 'example.com', type: 'A', rcode: 'REFUSED', answers: 0, authorities: 0 },
    { name: 'gsp.test', type: 'AXFR', rcode: 'REFUSED', answers: 0, authorities: 0 },
    { name: 'broken.gsp.test', type: 'A', rcode: 'NOERROR', answers: 0, authorities: 1 },
    { name: 'broken.gsp.test', type: '15', rcode: 'NOERROR', answers: 0, authorities: 1 },
  ])('answers $rcode to $type of $name', async ({ name, type, rcode, answers, authorities }) => {
    const { port } = await server();
    const answer = await ask(port, queryBytes(name, type));
    expect(answer).toMatchObject({
      id: 77,
      type: 'response',
      rcode,
      flag_rd: true,
      flag_ra: false,
      flag_tc: false,
    });
    expect(answer.flag_aa).toBe(rcode === 'NOERROR' || rcode === 'NXDOMAIN');
    expect([answer.answers?.length, answer.authorities?.length]).toEqual([answers, authorities]);
  });

  test('sends the question back in the case of the client, and RD only when it was set', async () => {
    const { port } = await server();
    const [answer = Buffer.alloc(0)] = await askUdp(port, [queryBytes('aPi.GsP.tEst', 'A', { flags: 0 })]);
    expect(decoded(answer)).toMatchObject({
      flag_rd: false,
      questions: [{ name: 'aPi.GsP.tEst', type: 'A' }],
    });
    expect(decoded(answer).answers).toHaveLength(1);
  });

  test('keeps a label with a dot in it apart from two labels', async () => {
    const { port } = await server();
    const query = queryBytes('api.gsp.test', 'A');
    // One label of seven bytes where there were two of three.
    const joined = Buffer.from(query);
    joined[12] = 7;
    expect(await ask(port, joined)).toMatchObject({ rcode: 'REFUSED' });
    expect(await ask(port, query)).toMatchObject({ rcode: 'NOERROR' });
  });

  test('answers SERVFAIL when no answer can be found, and lives on', async () => {
    let fails = true;
    const route53 = routing();
    const { port } = await dnsServerOf({
      answer(question) {
        if (fails) throw new Error('planted');
        return route53.answer(question);
      },
    });
    expect(await ask(port, queryBytes(GLOBAL, 'A'))).toMatchObject({
      rcode: 'SERVFAIL',
      flag_aa: false,
      answers: [],
    });
    fails = false;
    expect(await ask(port, queryBytes(GLOBAL, 'A'))).toMatchObject({ rcode: 'NOERROR' });
  });

  test('refuses classes other than IN', async () => {
    const { port } = await server();
    const query = queryBytes(GLOBAL, 'A');
    query.writeUInt16BE(3, query.length - 2);
    expect(await ask(port, query)).toMatchObject({ rcode: 'REFUSED', flag_aa: false });
  });

  test('speaks EDNS with those who do, and BADVERS with those of a version to come', async () => {
    const { port } = await server();
    const plain = await ask(port, queryBytes(GLOBAL, 'A'));
    expect(plain.additionals).toEqual([]);
    const known = await ask(port, queryBytes(GLOBAL, 'A', { additionals: [edns(4_096)] }));
    expect(known.additionals).toMatchObject([
      { type: 'OPT', udpPayloadSize: 1_232, extendedRcode: 0, ednsVersion: 0 },
    ]);
    const unknown = await ask(port, queryBytes(GLOBAL, 'A', { additionals: [edns(4_096, 1)] }));
    expect(unknown).toMatchObject({
      rcode: 'NOERROR',
      answers: [],
      additionals: [{ extendedRcode: 1, ednsVersion: 0 }],
    });
    const twice = await ask(port, queryBytes(GLOBAL, 'A', { additionals: [edns(512), edns(512)] }));
    expect(twice).toMatchObject({ rcode: 'FORMERR' });
  });

  test('truncates what is larger than the client takes, and sends it whole over TCP', async () => {
    const { port } = await server();
    for (const additionals of [[], [edns(100)], [edns(800)]]) {
      const short = await ask(port, queryBytes(LARGE, 'A', { additionals }));
      expect(short).toMatchObject({ flag_tc: true, flag_aa: true, rcode: 'NOERROR', answers: [] });
      expect(short.additionals).toHaveLength(additionals.length);
    }
    expect((await ask(port, queryBytes(LARGE, 'A', { additionals: [edns(4_096)] }))).answers).toHaveLength(
      40,
    );
    const [whole = Buffer.alloc(0)] = await askTcp(port, [withLength(queryBytes(LARGE, 'A'))], 1);
    expect(decoded(whole)).toMatchObject({ flag_tc: false });
    expect(decoded(whole).answers).toHaveLength(40);
  });

  test('answers NOTIMP to other opcodes, and FORMERR to no question or several', async () => {
    const { port } = await server();
    const question = { name: GLOBAL, type: 'A' as const };
    expect(await ask(port, queryBytes(GLOBAL, 'A', { flags: 4 << 11 }))).toMatchObject({
      rcode: 'NOTIMP',
      opcode: 'NOTIFY',
      questions: [],
    });
    expect(await ask(port, queryBytes(GLOBAL, 'A', { questions: [] }))).toMatchObject({ rcode: 'FORMERR' });
    expect(await ask(port, queryBytes(GLOBAL, 'A', { questions: [question, question] }))).toMatchObject({
      rcode: 'FORMERR',
    });
    const announced = queryBytes(GLOBAL, 'A');
    announced.writeUInt16BE(0xff_ff, 10);
    expect(await ask(port, announced)).toMatchObject({ rcode: 'FORMERR' });
  });

  test('answers no response, nothing that is cut off, and no name that points to itself', async () => {
    const { port } = await server();
    const query = queryBytes(GLOBAL, 'A', { additionals: [edns(4_096)] });
    const response = Buffer.from(query);
    response.writeUInt16BE(0x81_00, 2);
    const pointing = Buffer.concat([query.subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])]);
    pointing.writeUInt16BE(0, 10);
    const cut = Array.from({ length: query.length }, (_, length) => query.subarray(0, length));
    const last = queryBytes(GLOBAL, 'A', { id: 4_711 });
    const answers = await askUdp(port, [response, pointing, ...cut, last], 1);
    expect(answers.map((answer) => decoded(answer).id)).toEqual([4_711]);
  });

  test('outlives any bytes, and answers afterwards', async () => {
    const { port } = await server();
    const valid = queryBytes(GLOBAL, 'A', { additionals: [edns(4_096)] });
    const mutated = fc
      .array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
      .map((changes) => {
        const bytes = Uint8Array.from(valid);
        for (const [at, byte] of changes) bytes[at] = byte;
        return bytes;
      });
    const hostile = fc.array(fc.oneof(fc.uint8Array({ maxLength: 600 }), mutated), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(hostile, async (messages) => {
        await send(port, messages);
        expect(await ask(port, queryBytes(GLOBAL, 'A'))).toMatchObject({ rcode: 'NOERROR' });
      }),
      { numRuns: 100 },
    );
  });
});

describe('DNS server over TCP', () => {
  test('answers several queries of one connection, in one piece or byte by byte', async () => {
    const { port } = await server();
    const queries = [1, 2, 3].map((id) => withLength(queryBytes(GLOBAL, 'A', { id })));
    const joined = Buffer.concat(queries);
    for (const pieces of [[joined], queries, Array.from(joined, (byte) => Uint8Array.of(byte))]) {
      const answers = await askTcp(port, pieces, 3);
      expect(answers.map((answer) => decoded(answer).id)).toEqual([1, 2, 3]);
    }
  });

  test('closes the connection on what is no query, and serves the next', async () => {
    const { port } = await server();
    for (const length of [0, 3, 11])
      expect(await askTcp(port, [withLength(Buffer.alloc(length))], 1)).toEqual([]);
    expect(await askTcp(port, [withLength(queryBytes(GLOBAL, 'A'))], 1)).toHaveLength(1);
  });

  test('outlives any bytes, and answers afterwards', async () => {
    const { port } = await server();
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, bytes.map(withLength)), async (nonsense) => {
        const socket = connect(port, '127.0.0.1').on('error', () => undefined);
        await new Promise((resolve) => socket.end(nonsense, () => resolve(undefined)));
        expect(await askTcp(port, [withLength(queryBytes(GLOBAL, 'A'))], 1)).toHaveLength(1);
        socket.destroy();
      }),
      { numRuns: 60 },
    );
  });

  test('holds no more connections than its bound, and serves on when they are gone', async () => {
    const { port } = await server();
    const sockets = Array.from({ length: 300 }, () =>
      connect(port, '127.0.0.1').on('error', () => undefined),
    );
    let closed = 0;
    for (const socket of sockets) socket.once('close', () => (closed += 1));
    await eventually(() => closed >= 300 - 256);
    expect(closed).toBe(300 - 256);
    for (const socket of sockets) socket.destroy();
    await eventually(
      async () => (await askTcp(port, [withLength(queryBytes(GLOBAL, 'A'))], 1).catch(() => [])).length === 1,
    );
  });

  test('ends open connections when it closes', async () => {
    const dns = await startDnsServer({ host: '127.0.0.1', port: 0, route53: routing() });
    const socket = connect(dns.port, '127.0.0.1').on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.once('connect', resolve));
    await dns.close();
    await closed;
  });
});

describe('startDnsServer()', () => {
  test('names the port that is taken, and leaves nothing listening', async () => {
    const { port } = await server();
    const failure = await startDnsServer({ host: '127.0.0.1', port, route53: routing() }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(TwinError);
    expect(failure).toMatchObject({
      code: 'PortInUse',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });
});

describe('DNS server, to other resolvers', () => {
  test('is what Node needs', async () => {
    const { port } = await server();
    const resolver = new Resolver({ timeout: 2_000, tries: 2 });
    resolver.setServers([`127.0.0.1:${port}`]);
    expect(await resolver.resolve4(GLOBAL, { ttl: true })).toEqual([{ address: '127.0.1.10', ttl: 60 }]);
    expect(await resolver.resolve6(GLOBAL)).toEqual(['::ffff:127.0.1.10']);
    expect((await resolver.resolveSoa('gsp.test')).nsname).toBe('ns-1.route53.invalid');
    expect(await resolver.resolve4(LARGE)).toHaveLength(40);
    await expect(resolver.resolve4('none.gsp.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolver.resolveTxt(GLOBAL)).rejects.toMatchObject({ code: 'ENODATA' });
    await expect(resolver.resolve4('example.com')).rejects.toMatchObject({ code: 'EREFUSED' });
  });

  test('answers by the verdict of the moment', async () => {
    const route53 = routing();
    const { port } = await dnsServerOf(route53);
    const addressNow = async () => (await ask(port, queryBytes(GLOBAL, 'A'))).answers;
    expect(await addressNow()).toMatchObject([{ data: '127.0.1.10' }]);
    const checks = [fixedCheck(WEST, false), fixedCheck(CENTRAL, true)];
    route53.swap({ zones: [ZONE], records: RECORDS, checks });
    expect(await addressNow()).toMatchObject([{ data: '127.0.1.11' }]);
  });

  test('is what dig needs', async (context) => {
    if (spawnSync('dig', ['-v']).error !== undefined) {
      console.warn(
        'SKIPPED: dig is not installed (Debian: bind9-dnsutils), so the DNS server was not tried with it.',
      );
      return context.skip();
    }
    const { port } = await server();
    expect(await dig(port, ['+short', GLOBAL])).toBe('127.0.1.10\n');
    expect(await dig(port, ['+short', '+tcp', GLOBAL, 'AAAA'])).toBe('::ffff:127.0.1.10\n');
    expect(await dig(port, [GLOBAL])).toMatch(
      /status: NOERROR[\s\S]*flags: qr aa rd;[\s\S]*EDNS: version: 0[\s\S]*60\s+IN\s+A\s+127\.0\.1\.10/,
    );
    expect(await dig(port, ['none.gsp.test'])).toMatch(
      /status: NXDOMAIN[\s\S]*IN\s+SOA\s+ns-1\.route53\.invalid\. awsdns-hostmaster\.amazon\.com\. 1 7200 900 1209600 86400/,
    );
    // Too long for UDP without EDNS: dig comes again over TCP by itself.
    expect((await dig(port, ['+short', '+noedns', LARGE])).trim().split('\n')).toHaveLength(40);
    expect(await dig(port, ['+edns=1', '+noednsnegotiation', GLOBAL])).toContain('status: BADVERS');
    for (const output of [await dig(port, ['+norec', GLOBAL]), await dig(port, ['+norec', '+tcp', LARGE])]) {
      expect(output).not.toMatch(/WARNING|malformed|mismatch/i);
    }
  });
});

function routing() {
  return route53Of({ records: RECORDS, checks: [fixedCheck(WEST, true), fixedCheck(CENTRAL, true)] });
}

function server(): Promise<DnsServer> {
  return dnsServerOf(routing());
}

/** Sends and does not wait for answers. */
async function send(port: number, messages: readonly Uint8Array[]): Promise<void> {
  const socket = createSocket('udp4');
  await Promise.all(
    messages.map((message) => new Promise((resolve) => socket.send(message, port, '127.0.0.1', resolve))),
  );
  socket.close();
}

async function dig(port: number, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('dig', [
    '@127.0.0.1',
    '-p',
    String(port),
    '+time=3',
    '+tries=2',
    ...args,
  ]);
  return stdout;
}
