import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

/** One start of the fake. */
export interface AmpxStart {
  readonly args: readonly string[];
  readonly region: string;
  readonly telemetry: string;
}

/** What the fake is to do: a line to print and a status to end with; `hang` to start a child of its own and never end. */
export interface AmpxAnswer {
  readonly line?: string;
  readonly status?: number;
  readonly hang?: boolean;
}

/** An `npx` on PATH that tells the test how it was started, and does as the test says. */
export interface FakeAmpx {
  readonly starts: readonly AmpxStart[];
  /** A folder that plays the checkout. */
  readonly rootDir: string;
  /** Process ids of a fake that hangs, and of its child, once they are there. */
  readonly pids: readonly number[];
}

/** Puts the fake on PATH until the test ends. */
export async function fakeAmpx(act: (start: AmpxStart) => AmpxAnswer): Promise<FakeAmpx> {
  const starts: AmpxStart[] = [];
  const pids: number[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      if (request.url === '/pids') {
        pids.push(...(JSON.parse(text) as number[]));
        return response.end();
      }
      const start = JSON.parse(text) as AmpxStart;
      starts.push(start);
      return response.end(JSON.stringify(act(start)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const rootDir = await mkdtemp(join(tmpdir(), 'sandbox-'));
  const npx = join(rootDir, 'npx');
  await writeFile(npx, scriptOf(`http://127.0.0.1:${port}`));
  await chmod(npx, 0o755);
  vi.stubEnv('PATH', `${rootDir}${delimiter}${process.env.PATH}`);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(rootDir, { recursive: true, force: true });
  });
  return { starts, rootDir, pids };
}

function scriptOf(url: string): string {
  return `#!${process.execPath}
const { spawn } = require('node:child_process');
const post = async (path, body) => (await fetch('${url}' + path, { method: 'POST', body: JSON.stringify(body) })).text();
(async () => {
  const start = {
    args: process.argv.slice(2),
    region: process.env.AWS_REGION,
    telemetry: process.env.AMPLIFY_DISABLE_TELEMETRY + process.env.CDK_DISABLE_TELEMETRY,
  };
  const { line, status = 0, hang } = JSON.parse(await post('/start', start));
  if (line) console.log(line);
  if (!hang) process.exit(status);
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await post('/pids', [process.pid, child.pid]);
  setInterval(() => {}, 1000);
})();
`;
}
