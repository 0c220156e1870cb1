import { jsonOption, newCommand, stageOption, withExamples } from '@gsp/cli-kit';
import type { Command } from 'commander';
import { findProjectDir } from '../project.ts';
import type { RunDoctorOptions } from './run-doctor.ts';

/** `npm run doctor`. */
export function doctorCommand(): Command {
  const command = newCommand(
    'npm run doctor --',
    'Examine this machine, the definition and, for one stage, the account: what keeps it from being deployed, and how long a failover takes.',
  )
    .addOption(
      stageOption(
        'look at this stage only, and ask AWS about it: a stage of the topology, preview or sandbox',
      ),
    )
    .option('--offline', 'leave AWS out', false)
    .addOption(jsonOption('the findings'))
    .action(run);
  return withExamples(command, [
    'npm run doctor',
    'npm run doctor -- --stage main',
    'npm run doctor -- --stage main --offline --json',
  ]);
}

async function run(options: RunDoctorOptions): Promise<void> {
  const { runDoctor } = await import('./run-doctor.ts');
  // It reads the topology itself: a broken one is a finding like any other.
  await runDoctor(options, findProjectDir());
}
