import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { delimiter, join } from 'node:path';

/** One start of `npx`, as whoever stands in for it sees it. */
export interface NpxStart {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
}

/** What it writes, and how it ends. */
export interface NpxEnd {
  readonly output: string;
  readonly status: number;
}

/** An `npx` on a PATH of its own, which asks a test what to do. */
export interface FakeNpx {
  /** To be put before anything else in PATH. */
  readonly path: string;
  readonly starts: readonly NpxStart[];
  close(): Promise<void>;
}

/** Starts what stands behind the executable; an answer that never comes is an `npx` that never ends. */
export async function fakeNpx(
  dir: string,
  run: (start: NpxStart) => Promise<NpxEnd> | NpxEnd,
): Promise<FakeNpx> {
  const starts: NpxStart[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const part of request) body += part;
      const start: NpxStart = JSON.parse(body);
      starts.push(start);
      response.end(JSON.stringify(await run(start)));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await mkdir(dir, { recursive: true });
  const script = `#!${process.execPath}
const { AWS_REGION, PLATFORM_REVISION, AMPLIFY_DISABLE_TELEMETRY, CDK_DISABLE_TELEMETRY, CI } = process.env;
const env = { AWS_REGION, PLATFORM_REVISION, AMPLIFY_DISABLE_TELEMETRY, CDK_DISABLE_TELEMETRY, CI };
const body = JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), env, pid: process.pid });
fetch('http://127.0.0.1:${port}', { method: 'POST', body }).then((answer) => answer.json()).then(({ output, status }) => {
  process.stdout.write(output, () => process.exit(status));
});
`;
  await writeFile(join(dir, 'npx'), script);
  await chmod(join(dir, 'npx'), 0o755);
  return {
    path: `${dir}${delimiter}${process.env.PATH ?? ''}`,
    starts,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
