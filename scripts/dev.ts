/**
 * `npm run dev`: serves the console from its source, with hot reload, for whoever works on it.
 *
 * The page works with a twin that runs beside it; without one it shows that it is disconnected. Ends on Ctrl-C.
 */

import { exitWith } from '@gsp/cli-kit';
import { DEV_SERVER_PORT } from '@gsp/console/build';
import { findProjectDir } from '@gsp/operator/project';
import { Command, InvalidArgumentError } from 'commander';

const program: Command = new Command('npm run dev --')
  .description('Serve the console from its source with hot reload, beside a running twin.')
  .option('--port <port>', 'port of localhost to serve on', port, DEV_SERVER_PORT)
  .option('--twin <url>', 'control API of the twin to work with', twinOrigin, 'http://127.0.0.1:4000')
  .showHelpAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    '\nExamples:\n  npm run dev\n  npm run dev -- --twin http://127.0.0.1:5000\n  npm run dev -- --port 5199\n',
  );

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1024 || value > 65_535)
    throw new InvalidArgumentError(`${text} is not a port from 1024 to 65535.`);
  return value;
}

function twinOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:')
    throw new InvalidArgumentError(`${text} is not the URL of a control API, such as http://127.0.0.1:4000.`);
  return url.origin;
}

await exitWith(async () => {
  const options = program.parse().opts<{ port: number; twin: string }>();
  // Imported here, since a bundler takes long to load and --help does not need it.
  const { runDev } = await import('@gsp/console/dev');
  await runDev({ ...options, rootDir: findProjectDir() });
});
