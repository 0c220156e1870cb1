import { FormerName, jsonOption, newCommand, outOption, regionsOption, withExamples } from '@gsp/cli-kit';
import type { Command } from 'commander';
import { loadProject } from '../project.ts';
import type { RunSandboxOptions } from './run-sandbox.ts';

/** `npm run sandbox`. */
export function sandboxCommand(): Command {
  const out = outOption(
    'file',
    'where the outputs of all regions go (default: .deploy/sandbox/amplify_outputs.json)',
  );
  const command = newCommand(
    'npm run sandbox --',
    'Deploy your own sandbox to several regions, once each and the primary first; or delete it.',
  )
    .addOption(regionsOption('regions, separated by commas (default: those of sandboxes in the topology)'))
    .option('--identifier <name>', 'tells your sandboxes apart (default: your user name)')
    .option('--once', 'deploy once and end; it always does', false)
    .option('--delete', 'delete the sandbox, the primary last, and look what is left', false)
    .addOption(out)
    .addOption(new FormerName('--outputs', out))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nThis deploys once and does not watch. While you change code, watch one region: AWS_REGION=eu-west-1 npx ampx sandbox\n' +
        'Several regions must be those of stages.sandbox.regions in amplify/topology.ts.',
    )
    .action(run);
  return withExamples(command, [
    'npm run sandbox -- --regions eu-west-1,eu-central-1',
    'npm run sandbox -- --identifier kim --out amplify_outputs.json',
    'npm run sandbox -- --delete',
  ]);
}

async function run(options: RunSandboxOptions): Promise<void> {
  const { runSandbox } = await import('./run-sandbox.ts');
  await runSandbox(options, await loadProject());
}
