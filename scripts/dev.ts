/**
 * `npm run dev`: serves the console from its source, with hot reload, for whoever works on it.
 *
 * The page works with a twin that runs beside it; without one it shows that it is disconnected. Ends on Ctrl-C.
 */
import { runCommand } from '@gsp/cli-kit';
import { devCommand } from '@gsp/console/dev';
import { findProjectDir } from '@gsp/operator/project';

await runCommand(devCommand(findProjectDir));
