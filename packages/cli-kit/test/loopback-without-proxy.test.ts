import { execFile } from 'node:child_process';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { askLoopbackWithoutProxy } from '../src/loopback-without-proxy.ts';

const LOOPBACK = 'localhost,127.0.0.1,::1,[::1]';

describe('askLoopbackWithoutProxy()', () => {
  test.each<[string, Record<string, string>, string]>([
    ['nothing', {}, LOOPBACK],
    ['NO_PROXY', { NO_PROXY: 'internal.example, .corp' }, `internal.example,.corp,${LOOPBACK}`],
    ['no_proxy, which comes first', { no_proxy: 'a', NO_PROXY: 'b' }, `a,${LOOPBACK}`],
    ['one of them', { NO_PROXY: 'localhost' }, LOOPBACK],
  ])('adds loopback to %s', (_, given, expected) => {
    const env: NodeJS.ProcessEnv = { HTTP_PROXY: 'http://proxy.example', ...given };
    askLoopbackWithoutProxy(env);
    askLoopbackWithoutProxy(env);
    expect([env.no_proxy, env.NO_PROXY]).toEqual([expected, expected]);
  });

  test.each([
    { NO_PROXY: 'a' },
    { http_proxy: '', NO_PROXY: 'a' },
    { https_proxy: 'http://p', NO_PROXY: '*' },
  ])('leaves %j as it is', (env) => {
    const copy = { ...env };
    askLoopbackWithoutProxy(copy);
    expect(copy).toEqual(env);
  });

  // Node.js 20 has no such option; there this shows only that nothing else is in the way.
  test('has a command ask this machine itself, whatever proxy the environment names', async () => {
    let proxied = 0;
    const countAndRefuse = (_: unknown, socket: { destroy(): void }) => {
      proxied += 1;
      socket.destroy();
    };
    const proxy = await listening((_, response) => {
      proxied += 1;
      response.writeHead(502).end();
    });
    proxy.on('connect', countAndRefuse);
    const twin = await listening((_, response) => void response.end('the twin'));
    const command = `
      import { exitWith } from ${JSON.stringify(join(import.meta.dirname, '../src/exit-with.ts'))};
      await exitWith(async () => {
        process.stdout.write(await (await fetch(process.env.TWIN_URL)).text());
      });`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', command],
      {
        env: {
          PATH: process.env.PATH,
          NODE_USE_ENV_PROXY: '1',
          HTTP_PROXY: urlOf(proxy),
          TWIN_URL: urlOf(twin),
        },
      },
    );
    expect(stdout).toBe('the twin');
    expect(proxied).toBe(0);
  });
});

async function listening(answer: RequestListener): Promise<Server> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return server;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
