import { newCommand, outOption, regionsOption, stageOption, terminal, withExamples } from '@gsp/cli-kit';
import type { Command } from 'commander';
import { loadProject } from '../project.ts';

interface Options {
  readonly branch: string;
  readonly check: boolean;
  readonly json: boolean;
  readonly stage?: string;
  readonly regions?: readonly string[];
  readonly out?: string;
  readonly partial: boolean;
}

/** `npm run outputs`. */
export function outputsCommand(): Command {
  const command = newCommand(
    'npm run outputs --',
    'Write amplify_outputs.json: every region of the definition, at the addresses of the local twin; or of a deployed stage. Without a stage, customHttp.yml is brought up to date as well.',
  )
    .option('--branch <name>', 'branch whose stage to describe', 'main')
    .option('--check', 'write nothing; fail when the file is not current', false)
    .option('--json', 'print the outputs instead of writing them', false)
    .addOption(stageOption('read the stacks of this deployed stage: a branch'))
    .addOption(regionsOption("some of the deployed stage's regions, separated by commas"))
    .addOption(
      outOption('file', 'file for the outputs of the deployed stage (default: amplify_outputs.json)'),
    )
    .option('--partial', 'accept that regions of the deployed stage are missing or not complete', false)
    .action(run);
  return withExamples(command, [
    'npm run outputs',
    'npm run outputs -- --check',
    'npm run outputs -- --stage main',
    'npm run outputs -- --stage main --regions eu-west-1 --out west.json',
  ]);
}

async function run(options: Options, command: Command): Promise<void> {
  assertCombination(options, command);
  if (options.stage === undefined) return twinOutputs(options);
  const { runStageOutputs } = await import('./run-stage-outputs.ts');
  await runStageOutputs({ ...options, stage: options.stage }, await loadProject());
}

/** Options that say nothing beside the others would be passed over in silence. */
function assertCombination({ stage, check, json, regions, out, partial }: Options, command: Command): void {
  if (stage === undefined && (regions !== undefined || out !== undefined || partial)) {
    command.error('error: --regions, --out and --partial are of a deployed stage: --stage is needed');
  }
  if (stage === undefined) return;
  if (check || command.getOptionValueSource('branch') === 'cli') {
    command.error('error: --check and --branch are of the definition, and cannot be used with --stage');
  }
  if (json && out !== undefined) command.error('error: --json prints, --out writes: one of them is needed');
}

async function twinOutputs({ branch, check, json }: Options): Promise<void> {
  const { renderTwinOutputs, requireCurrentOutputs, writeOutputs } = await import('../start/twin-outputs.ts');
  const { requireCurrentHeaders, writeHeaders } = await import('./console-headers.ts');
  const project = await loadProject();
  const outputs = await renderTwinOutputs(project, branch);
  if (json) return terminal.print(outputs.trimEnd());
  if (check) {
    await requireCurrentOutputs(project, outputs);
    return requireCurrentHeaders(project);
  }
  await writeOutputs(project, outputs);
  const headers = await writeHeaders(project);
  terminal.print(`Wrote amplify_outputs.json${headers === null ? '' : ` and ${headers}`}`);
}
