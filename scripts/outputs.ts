/**
 * `npm run outputs`: writes amplify_outputs.json for clients.
 *
 * Without --stage it holds what the definition itself puts out. That file is committed and points at the twin on its
 * default ports, so that a client works right after `npm start`. With --check nothing is written: the command fails when
 * the committed file is not what it would write.
 *
 * With --stage it holds what is deployed: the outputs of every region's stack, merged.
 */
import { runCommand } from '@gsp/cli-kit';
import { outputsCommand } from '@gsp/operator/commands/outputs';

await runCommand(outputsCommand());
