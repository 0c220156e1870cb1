import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError } from '@gsp/cli-kit';
import { createServer, mergeConfig, type ViteDevServer } from 'vite';
import { twinProxy } from './twin-proxy.ts';
import config from './vite.config.ts';

/** A development server that runs. */
export interface DevServer {
  /** The origin to open, without a trailing slash. */
  readonly url: string;
  close(): Promise<void>;
}

/** What a development server is started with. */
export interface DevServerOptions {
  /** The project, whose packages are served. @default - the current folder */
  readonly rootDir?: string;
  readonly port: number;
  /** Origin of the control API of the twin that the page works with. */
  readonly twin: string;
  /** Folder with `index.html`. @default - the console's own */
  readonly root?: string;
  /** What Vite tells the terminal. @default 'warn' */
  readonly logLevel?: 'silent' | 'warn';
}

/** Where this package is, and those beside it. */
const PACKAGES_DIR = fileURLToPath(new URL('../../', import.meta.url));

/** Folders whose files the page may import. Not the whole repository, as a twin keeps its operator's key there. */
const SERVED = ['console/src', 'client/src', 'platform/src/contract', 'twin/src'].map((path) =>
  join(PACKAGES_DIR, path),
);

/**
 * Serves the console from its source with hot reload, on loopback, and what it asks of its twin from there.
 *
 * Vite refuses requests for other hosts; no other origin is let in, not even another port of localhost.
 *
 * @throws {CommandError} `PortInUse`
 */
export async function startDevServer({
  rootDir = process.cwd(),
  port,
  twin,
  root,
  logLevel = 'warn',
}: DevServerOptions): Promise<DevServer> {
  const server = await createServer(
    mergeConfig(config, {
      configFile: false,
      ...(root !== undefined && { root }),
      clearScreen: false,
      logLevel,
      server: {
        host: 'localhost',
        port,
        strictPort: true,
        cors: false,
        fs: {
          allow: [...SERVED, join(rootDir, 'node_modules'), ...(root === undefined ? [] : [root])],
        },
      },
      plugins: [
        {
          name: 'twin-proxy',
          configureServer: ({ middlewares }: ViteDevServer) => void middlewares.use(twinProxy(twin)),
        },
      ],
    }),
  );
  try {
    await server.listen();
  } catch (error) {
    await server.close();
    if (!(error instanceof Error && error.message.includes('already in use'))) throw error;
    throw new CommandError(
      `Cannot serve the console: port ${port} of localhost is in use. Stop what listens there, or choose another with --port N.`,
      { code: 'PortInUse', cause: error },
    );
  }
  return { url: `http://localhost:${port}`, close: () => server.close() };
}
