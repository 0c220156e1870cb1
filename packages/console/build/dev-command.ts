import { newCommand, portUpTo, twinOption, withExamples } from '@gsp/cli-kit';
import type { Command } from 'commander';
import { DEV_SERVER_PORT } from './dev-server-origins.ts';

/**
 * `npm run dev`.
 *
 * @param findRootDir finds the folder of the project
 */
export function devCommand(findRootDir: () => string): Command {
  const command = newCommand(
    'npm run dev --',
    'Serve the console from its source with hot reload, beside a running twin.',
  )
    .option('--port <port>', 'port of localhost to serve on', portUpTo(), DEV_SERVER_PORT)
    .addOption(twinOption('control API of the twin to work with').default('http://127.0.0.1:4000'))
    .action(async (options: { port: number; twin: string }) => {
      // A bundler takes long to load.
      const { runDev } = await import('./run-dev.ts');
      await runDev({ ...options, rootDir: findRootDir() });
    });
  return withExamples(command, [
    'npm run dev',
    'npm run dev -- --twin http://127.0.0.1:5000',
    'npm run dev -- --port 5199',
  ]);
}
