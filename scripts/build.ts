/**
 * `npm run build`: builds the console for Amplify Hosting, or any server of files, with amplify_outputs.json beside it.
 *
 * Prints what every file weighs, and fails when a browser would have to load too much before it shows anything.
 */
import { runCommand } from '@gsp/cli-kit';
import { buildCommand } from '@gsp/console/build';
import { findProjectDir } from '@gsp/operator/project';

await runCommand(buildCommand(findProjectDir));
