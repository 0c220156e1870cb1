/**
 * `npm start`: runs the platform on this machine.
 *
 * Synthesizes every region of the definition, starts the twin on the result, prints where everything is, and
 * swaps functions and routes whenever something under amplify/ changes. Ends on Ctrl-C and leaves nothing running.
 */
import { runCommand } from '@gsp/cli-kit';
import { startCommand } from '@gsp/operator/commands/start';

await runCommand(
  startCommand(async () => {
    const { buildConsole, DEV_SERVER_ORIGINS } = await import('@gsp/console/build');
    return { build: buildConsole, devOrigins: DEV_SERVER_ORIGINS };
  }),
);
