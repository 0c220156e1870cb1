/**
 * `npm run doctor`: examines this machine, the definition and, for one stage, what AWS has of it; says what is wrong,
 * why it matters and what to do.
 *
 * Without --stage it needs neither a network nor an account. It reads, and changes nothing. Exits 1 when there is a fault.
 */

import { exitWith } from '@gsp/cli-kit';
import { findProjectDir } from '@gsp/operator/project';
import { Command } from 'commander';

const program: Command = new Command('npm run doctor --')
  .description(
    'Examine this machine, the definition and, for one stage, the account: what keeps it from being deployed, and how long a failover takes.',
  )
  .option(
    '--stage <name>',
    'look at this stage only, and ask AWS about it: a stage of the topology, preview or sandbox',
  )
  .option('--offline', 'leave AWS out', false)
  .option('--json', 'print the findings as JSON', false)
  .showHelpAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    '\nExamples:\n  npm run doctor\n  npm run doctor -- --stage main\n  npm run doctor -- --stage main --offline --json\n',
  );

await exitWith(async () => {
  const options = program.parse().opts<{ stage?: string; offline: boolean; json: boolean }>();
  const { runDoctor } = await import('@gsp/operator/doctor');
  await runDoctor(options, findProjectDir());
});
