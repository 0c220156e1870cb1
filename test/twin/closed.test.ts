import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ListeningSocket, listeningSockets } from './support/listening-sockets.ts';
import { startTwinProcess, type TwinProcess } from './support/twin-process.ts';

/*
 * Nothing of the twin answers a web page that nobody let in. What listens is taken from the operating system, so that a
 * listener that somebody adds is asked as well.
 */
let twin: TwinProcess;
beforeAll(async () => {
  if (process.platform === 'linux') twin = await startTwinProcess({ args: ['--no-watch', '--lag', '0'] });
});
afterAll(async () => void (await twin?.end()));

/** Control, global endpoint, DNS, Secrets Manager; of each of two regions the API at two addresses, DynamoDB, the engine. */
const LISTENERS_MIN = 12;
/** All but DNS and the engines. */
const HTTP_MIN = 9;
const BODY = '{"pk":"from-a-page"}';

/** What a web page makes a browser send, as far as it tells who asks. */
const FROM_PAGES: readonly (readonly [string, readonly string[]])[] = [
  ['a rebound name', ['POST /write HTTP/1.1', 'Host: rebound.example']],
  ['a rebound name reads', ['GET / HTTP/1.1', 'Host: rebound.example']],
  ['a page of another origin', ['POST /write HTTP/1.1', 'Host: HERE', 'Origin: http://evil.example']],
  ['a page of no origin', ['POST / HTTP/1.1', 'Host: HERE', 'Origin: null']],
  ['a page at another port', ['GET / HTTP/1.1', 'Host: HERE', 'Origin: http://127.0.0.1:1']],
  [
    'a preflight',
    [
      'OPTIONS / HTTP/1.1',
      'Host: HERE',
      'Origin: http://evil.example',
      'Access-Control-Request-Method: POST',
      'Access-Control-Request-Headers: x-amz-target,content-type',
      'Access-Control-Request-Private-Network: true',
    ],
  ],
];

describe.runIf(process.platform === 'linux')('every listener of the twin', () => {
  test.each(FROM_PAGES)('is closed to %s', async (_, head) => {
    const engines = (await twin.state()).regions.map(({ pids }) => pids.engine);
    const listeners = listeningSockets(twin.process.pid ?? 0);
    expect(listeners.length).toBeGreaterThanOrEqual(LISTENERS_MIN);
    const closed = listeners.filter(({ pid }) => !engines.includes(pid));
    const answers = await Promise.all(closed.map((listener) => answerTo(listener, head)));
    for (const [index, answer] of answers.entries()) {
      const where = `${closed[index]?.host}:${closed[index]?.port}`;
      // DNS over TCP takes it for a question of nonsense and hangs up.
      if (answer.startsWith('HTTP/')) expect(answer, where).toMatch(/^HTTP\/1\.1 403 /);
      else expect(answer, where).not.toMatch(/[a-z]{4}/i);
      expect(answer.toLowerCase(), where).not.toContain('access-control-');
    }
    expect(answers.filter((answer) => answer.startsWith('HTTP/')).length).toBeGreaterThanOrEqual(HTTP_MIN);
  });

  test('is on a loopback address, and the engines where no page finds them, anew at each start', async () => {
    const places = async () => {
      const { regions } = await twin.state();
      const engines = new Set(regions.map(({ pids }) => pids.engine));
      return listeningSockets(twin.process.pid ?? 0).filter(({ pid }) => engines.has(pid));
    };
    for (const { host } of listeningSockets(twin.process.pid ?? 0)) expect(host).toMatch(/^127\./);
    const before = await places();
    expect(before).toHaveLength(2);
    for (const { host, port } of before) {
      expect(host).not.toMatch(/^127\.0\.[01]\./);
      const told = JSON.stringify([await twin.state(), twin.ready]) + twin.output();
      expect(told, 'nobody but its region knows').not.toContain(host);
      expect(told).not.toContain(`:${port}"`);
    }
    for (const kind of ['kill', 'start']) await twin.fault({ region: 'eu-west-1', kind });
    const after = await places();
    const moved = after.filter(({ pid }) => !before.some((each) => each.pid === pid));
    expect(moved).toHaveLength(1);
    expect(before.map(({ host }) => host)).not.toContain(moved[0]?.host);
  });
});

/** What a listener says to a request with this head, until it hangs up. */
function answerTo({ host, port }: ListeningSocket, head: readonly string[]): Promise<string> {
  const lines = head.map((line) => line.replace('HERE', `${host}:${port}`));
  const type = 'Content-Type: text/plain';
  const bytes = [...lines, type, `Content-Length: ${BODY.length}`, 'Connection: close', '', BODY].join(
    '\r\n',
  );
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, host, () => {
      socket.write(bytes);
      // DNS waits for the rest of what it takes for a long question.
      if (port === twin.ready.dns?.port) socket.end();
    });
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}
