import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { CommandError } from '@gsp/cli-kit';
import { type Answer, AUTHORITATIVE_ANSWER, decode, encode } from 'dns-packet';
import { afterEach, describe, expect, test } from 'vitest';
import { resolveName } from '../../src/traffic/twin-target-platform.ts';

const NAME = 'api.gsp.test';
const NXDOMAIN = 3;

let server: Socket | undefined;
afterEach(() => server?.close());

/** A name server that does what it is told with each query. */
async function serve(onQuery: (id: number, reply: (packet: Buffer) => void) => void): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (message: Buffer, from: RemoteInfo) =>
    onQuery(decode(message).id ?? 0, (packet) => socket.send(packet, from.port, from.address)),
  );
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  server = socket;
  return socket.address().port;
}

const ask = (port: number, signal = AbortSignal.timeout(10_000)) =>
  resolveName(NAME, { host: '127.0.0.1', port, signal });

const response = (id: number, answers: Answer[], rcode = 0) =>
  encode({
    type: 'response',
    id,
    flags: AUTHORITATIVE_ANSWER | rcode,
    questions: [{ type: 'A', name: NAME }],
    answers,
  });
const record = (data: string, ttl: number): Answer => ({ type: 'A', name: NAME, ttl, data });

describe('resolveName', () => {
  test('resolveName() gives addresses and the shortest time to live', async () => {
    const port = await serve((id, reply) =>
      reply(response(id, [record('127.0.1.10', 4), record('127.0.1.11', 3)])),
    );
    expect(await ask(port)).toEqual({ addresses: ['127.0.1.10', '127.0.1.11'], ttlSeconds: 3 });
  });

  test('resolveName() says what is wrong when there is no such name, or no answer', async () => {
    const unknown = await serve((id, reply) => reply(response(id, [], NXDOMAIN)));
    await expect(ask(unknown)).rejects.toThrow(CommandError);
    await expect(ask(unknown)).rejects.toThrow(/NXDOMAIN/);
    server?.close();
    const silent = await serve(() => undefined);
    await expect(ask(silent)).rejects.toThrow(/gave no answer/);
  });

  test('resolveName() ends with the reason of its signal', async () => {
    const port = await serve(() => undefined);
    const stop = new AbortController();
    const asking = ask(port, stop.signal);
    stop.abort(new Error('told to end'));
    await expect(asking).rejects.toThrow('told to end');
  });
});
