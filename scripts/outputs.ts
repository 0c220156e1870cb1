/**
 * `npm run outputs`: writes amplify_outputs.json for clients.
 *
 * Without --stage it holds what the definition itself puts out. That file is committed and points at the twin on its
 * default ports, so that a client works right after `npm start`. With --check nothing is written: the command fails when
 * the committed file is not what it would write.
 *
 * With --stage it holds what is deployed: the outputs of every region's stack, merged.
 */

import { exitWith, terminal } from '@gsp/cli-kit';
import { listOf } from '@gsp/operator/cloud';
import { loadProject } from '@gsp/operator/project';
import { Command } from 'commander';

interface OutputsOptions {
  readonly branch: string;
  readonly check: boolean;
  readonly json: boolean;
  readonly stage?: string;
  readonly regions?: readonly string[];
  readonly out?: string;
  readonly partial: boolean;
}

const program: Command = new Command('npm run outputs --')
  .description(
    'Write amplify_outputs.json: every region of the definition, at the addresses of the local twin; or of a deployed stage.',
  )
  .option('--branch <name>', 'branch whose stage to describe', 'main')
  .option('--check', 'write nothing; fail when the file is not current', false)
  .option('--json', 'print the outputs instead of writing them', false)
  .option('--stage <name>', 'read the stacks of this deployed stage: a branch')
  .option('--regions <list>', "some of the deployed stage's regions, separated by commas", listOf)
  .option('--out <file>', 'file for the outputs of the deployed stage (default: amplify_outputs.json)')
  .option('--partial', 'accept that regions of the deployed stage are missing or not complete', false)
  .showHelpAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    '\nExamples:\n  npm run outputs\n  npm run outputs -- --check\n  npm run outputs -- --stage main\n' +
      '  npm run outputs -- --stage main --regions eu-west-1 --out west.json\n',
  );

await exitWith(async () => {
  const options = program.parse().opts<OutputsOptions>();
  assertChecksPassed(options);
  return options.stage === undefined
    ? twinOutputs(options)
    : stageOutputs({ ...options, stage: options.stage });
});

/** Options that say nothing beside the others would be passed over in silence. */
function assertChecksPassed({ stage, check, json, regions, out, partial }: OutputsOptions): void {
  if (stage === undefined && (regions !== undefined || out !== undefined || partial)) {
    program.error('error: --regions, --out and --partial are of a deployed stage: --stage is needed', {
      exitCode: 2,
    });
  }
  if (stage === undefined) return;
  if (check || program.getOptionValueSource('branch') === 'cli') {
    program.error('error: --check and --branch are of the definition, and cannot be used with --stage', {
      exitCode: 2,
    });
  }
  if (json && out !== undefined) {
    program.error('error: --json prints, --out writes: one of them is needed', { exitCode: 2 });
  }
}

// Steps are imported here, since they read the topology: a broken one is then a message like any other.
async function twinOutputs({ branch, check, json }: OutputsOptions): Promise<void> {
  const { renderTwinOutputs, requireCurrentOutputs, writeOutputs } = await import('@gsp/operator/start');
  const project = await loadProject();
  const outputs = await renderTwinOutputs(project, branch);
  if (json) return terminal.print(outputs.trimEnd());
  if (check) return requireCurrentOutputs(project, outputs);
  await writeOutputs(project, outputs);
  terminal.print('Wrote amplify_outputs.json');
}

async function stageOutputs(options: OutputsOptions & { readonly stage: string }): Promise<void> {
  const { runStageOutputs } = await import('@gsp/operator/outputs');
  await runStageOutputs(options, await loadProject());
}
