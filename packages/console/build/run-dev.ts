import { terminal, waitForTermination } from '@gsp/cli-kit';
import { DEV_SERVER_PORT } from './dev-server-origins.ts';
import { findTwin, type TwinSighting } from './find-twin.ts';
import { startDevServer } from './start-dev-server.ts';

/** The options of `npm run dev`, parsed. */
export interface RunDevOptions {
  /** The project. */
  readonly rootDir: string;
  readonly port: number;
  /** Origin of the twin's control API. */
  readonly twin: string;
}

/**
 * Serves the console for development until the process is told to end.
 *
 * @throws {CommandError} `PortInUse`
 */
export async function runDev({ rootDir, port, twin }: RunDevOptions): Promise<void> {
  const terminated = waitForTermination();
  const server = await terminal.during(
    'Starting the development server',
    () => startDevServer({ rootDir, port, twin }),
    (_, ms) => `The development server answers after ${(ms / 1000).toFixed(1)} s`,
  );
  try {
    const sighting = await findTwin(twin, server.url);
    terminal.print(`\nOpen ${server.url}\n\n${aboutTwin(sighting, { port, twin })}\nCtrl-C ends it.\n`);
    await terminated;
  } finally {
    await server.close();
  }
}

function aboutTwin(sighting: TwinSighting, { port, twin }: Omit<RunDevOptions, 'rootDir'>): string {
  const start =
    port === DEV_SERVER_PORT ? 'npm start' : `npm start -- --allow-origin http://localhost:${port}`;
  switch (sighting) {
    case 'ready':
      return `It works with the twin at ${twin}.`;
    case 'refuses-origin':
      return `! The twin at ${twin} runs, but its regions refuse pages of this port. End it, and start it with ${start}`;
    case 'absent':
      return `! No twin answers at ${twin}: the page says so, and works as soon as one runs. Start it in another terminal with ${start}`;
  }
}
