/**
 * `npm run outputs`: writes amplify_outputs.json for clients, from what the definition itself puts out.
 *
 * The committed file points at the twin on its default ports, so that a client works right after `npm start`.
 * With --check nothing is written: the command fails when the committed file is not what it would write.
 */
import { Command } from 'commander';
import { exitWith } from './steps/exit-with.ts';
import { terminal } from './steps/terminal.ts';

const program: Command = new Command('npm run outputs --')
  .description(
    'Write amplify_outputs.json: every region of the definition, at the addresses of the local twin.',
  )
  .option('--branch <name>', 'branch whose stage to describe', 'main')
  .option('--check', 'write nothing; fail when the file is not current', false)
  .option('--json', 'print the outputs instead of writing them', false)
  .showHelpAfterError()
  .exitOverride();

await exitWith(async () => {
  const { branch, check, json } = program.parse().opts<{ branch: string; check: boolean; json: boolean }>();
  // Imported here, since it reads the topology: a broken one is then a message like any other.
  const { renderTwinOutputs, requireCurrentOutputs, writeOutputs } = await import('./steps/twin-outputs.ts');
  const outputs = await renderTwinOutputs(branch);
  if (json) return terminal.print(outputs.trimEnd());
  if (check) return requireCurrentOutputs(outputs);
  await writeOutputs(outputs);
  terminal.print('Wrote amplify_outputs.json');
});
