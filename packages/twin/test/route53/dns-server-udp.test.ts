import { createSocket } from 'node:dgram';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ask, askTcp, askUdp, decoded, dnsServerOf, edns, queryBytes, withLength } from './dns-fixture.ts';
import { failoverAuthority, failoverServer, GLOBAL_NAME, LARGE_NAME } from './failover-server-fixture.ts';

describe('DNS server over UDP', () => {
  test.each([
    { name: GLOBAL_NAME, type: 'A', rcode: 'NOERROR', answers: 1, authorities: 0 },
    { name: GLOBAL_NAME, type: 'AAAA', rcode: 'NOERROR', answers: 1, authorities: 0 },
    { name: GLOBAL_NAME, type: 'TXT', rcode: 'NOERROR', answers: 0, authorities: 1 },
    { name: GLOBAL_NAME, type: '65', rcode: 'NOERROR', answers: 0, authorities: 1 },
    { name: GLOBAL_NAME, type: 'ANY', rcode: 'NOERROR', answers: 1, authorities: 0 },
    { name: 'between.gsp.test', type: 'A', rcode: 'NOERROR', answers: 0, authorities: 1 },
    { name: 'none.gsp.test', type: 'A', rcode: 'NXDOMAIN', answers: 0, authorities: 1 },
    { name: 'gsp.test', type: 'SOA', rcode: 'NOERROR', answers: 1, authorities: 0 },
    { name: 'gsp.test', type: 'NS', rcode: 'NOERROR', answers: 2, authorities: 0 },
    { name: 'example.com', type: 'A', rcode: 'REFUSED', answers: 0, authorities: 0 },
    { name: 'gsp.test', type: 'AXFR', rcode: 'REFUSED', answers: 0, authorities: 0 },
    { name: 'broken.gsp.test', type: 'A', rcode: 'NOERROR', answers: 0, authorities: 1 },
    { name: 'broken.gsp.test', type: '15', rcode: 'NOERROR', answers: 0, authorities: 1 },
  ])('answers $rcode to $type of $name', async ({ name, type, rcode, answers, authorities }) => {
    const { port } = await failoverServer();
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
    const { port } = await failoverServer();
    const [answer = Buffer.alloc(0)] = await askUdp(port, [queryBytes('aPi.GsP.tEst', 'A', { flags: 0 })]);
    expect(decoded(answer)).toMatchObject({
      flag_rd: false,
      questions: [{ name: 'aPi.GsP.tEst', type: 'A' }],
    });
    expect(decoded(answer).answers).toHaveLength(1);
  });

  test('keeps a label with a dot in it apart from two labels', async () => {
    const { port } = await failoverServer();
    const query = queryBytes('api.gsp.test', 'A');
    // One label of seven bytes where there were two of three.
    const joined = Buffer.from(query);
    joined[12] = 7;
    expect(await ask(port, joined)).toMatchObject({ rcode: 'REFUSED' });
    expect(await ask(port, query)).toMatchObject({ rcode: 'NOERROR' });
  });

  test('answers SERVFAIL when no answer can be found, and lives on', async () => {
    let fails = true;
    const route53 = failoverAuthority();
    const { port } = await dnsServerOf({
      answer(question) {
        if (fails) throw new Error('planted');
        return route53.answer(question);
      },
    });
    expect(await ask(port, queryBytes(GLOBAL_NAME, 'A'))).toMatchObject({
      rcode: 'SERVFAIL',
      flag_aa: false,
      answers: [],
    });
    fails = false;
    expect(await ask(port, queryBytes(GLOBAL_NAME, 'A'))).toMatchObject({ rcode: 'NOERROR' });
  });

  test('refuses classes other than IN', async () => {
    const { port } = await failoverServer();
    const query = queryBytes(GLOBAL_NAME, 'A');
    query.writeUInt16BE(3, query.length - 2);
    expect(await ask(port, query)).toMatchObject({ rcode: 'REFUSED', flag_aa: false });
  });

  test('speaks EDNS with those who do, and BADVERS with those of a version to come', async () => {
    const { port } = await failoverServer();
    const plain = await ask(port, queryBytes(GLOBAL_NAME, 'A'));
    expect(plain.additionals).toEqual([]);
    const known = await ask(port, queryBytes(GLOBAL_NAME, 'A', { additionals: [edns(4_096)] }));
    expect(known.additionals).toMatchObject([
      { type: 'OPT', udpPayloadSize: 1_232, extendedRcode: 0, ednsVersion: 0 },
    ]);
    const unknown = await ask(port, queryBytes(GLOBAL_NAME, 'A', { additionals: [edns(4_096, 1)] }));
    expect(unknown).toMatchObject({
      rcode: 'NOERROR',
      answers: [],
      additionals: [{ extendedRcode: 1, ednsVersion: 0 }],
    });
    const twice = await ask(port, queryBytes(GLOBAL_NAME, 'A', { additionals: [edns(512), edns(512)] }));
    expect(twice).toMatchObject({ rcode: 'FORMERR' });
  });

  test('truncates what is larger than the client takes, and sends it whole over TCP', async () => {
    const { port } = await failoverServer();
    for (const additionals of [[], [edns(100)], [edns(800)]]) {
      const short = await ask(port, queryBytes(LARGE_NAME, 'A', { additionals }));
      expect(short).toMatchObject({ flag_tc: true, flag_aa: true, rcode: 'NOERROR', answers: [] });
      expect(short.additionals).toHaveLength(additionals.length);
    }
    expect(
      (await ask(port, queryBytes(LARGE_NAME, 'A', { additionals: [edns(4_096)] }))).answers,
    ).toHaveLength(40);
    const [whole = Buffer.alloc(0)] = await askTcp(port, [withLength(queryBytes(LARGE_NAME, 'A'))], 1);
    expect(decoded(whole)).toMatchObject({ flag_tc: false });
    expect(decoded(whole).answers).toHaveLength(40);
  });

  test('answers NOTIMP to other opcodes, and FORMERR to no question or several', async () => {
    const { port } = await failoverServer();
    const question = { name: GLOBAL_NAME, type: 'A' as const };
    expect(await ask(port, queryBytes(GLOBAL_NAME, 'A', { flags: 4 << 11 }))).toMatchObject({
      rcode: 'NOTIMP',
      opcode: 'NOTIFY',
      questions: [],
    });
    expect(await ask(port, queryBytes(GLOBAL_NAME, 'A', { questions: [] }))).toMatchObject({
      rcode: 'FORMERR',
    });
    expect(await ask(port, queryBytes(GLOBAL_NAME, 'A', { questions: [question, question] }))).toMatchObject({
      rcode: 'FORMERR',
    });
    const announced = queryBytes(GLOBAL_NAME, 'A');
    announced.writeUInt16BE(0xff_ff, 10);
    expect(await ask(port, announced)).toMatchObject({ rcode: 'FORMERR' });
  });

  test('answers no response, nothing that is cut off, and no name that points to itself', async () => {
    const { port } = await failoverServer();
    const query = queryBytes(GLOBAL_NAME, 'A', { additionals: [edns(4_096)] });
    const response = Buffer.from(query);
    response.writeUInt16BE(0x81_00, 2);
    const pointing = Buffer.concat([query.subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])]);
    pointing.writeUInt16BE(0, 10);
    const cut = Array.from({ length: query.length }, (_, length) => query.subarray(0, length));
    const last = queryBytes(GLOBAL_NAME, 'A', { id: 4_711 });
    const answers = await askUdp(port, [response, pointing, ...cut, last], 1);
    expect(answers.map((answer) => decoded(answer).id)).toEqual([4_711]);
  });

  test('outlives any bytes, and answers afterwards', async () => {
    const { port } = await failoverServer();
    const valid = queryBytes(GLOBAL_NAME, 'A', { additionals: [edns(4_096)] });
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
        expect(await ask(port, queryBytes(GLOBAL_NAME, 'A'))).toMatchObject({ rcode: 'NOERROR' });
      }),
      { numRuns: 100 },
    );
  });
});

/** Sends and does not wait for answers. */
async function send(port: number, messages: readonly Uint8Array[]): Promise<void> {
  const socket = createSocket('udp4');
  await Promise.all(
    messages.map((message) => new Promise((resolve) => socket.send(message, port, '127.0.0.1', resolve))),
  );
  socket.close();
}
