/**
 * `npm run doctor`: examines this machine and the definition, and says what is wrong, why it matters and what to do.
 *
 * Needs neither a network nor an account. Exits 1 when there is a fault.
 */
import { Command } from 'commander';
import { exitWith } from './steps/exit-with.ts';

const program: Command = new Command('npm run doctor --')
  .description('Examine this machine and the definition: faults, warnings, and how long a failover takes.')
  .option('--stage <name>', 'look at this stage only: a branch of the topology, preview or sandbox')
  .option('--json', 'print the findings as JSON', false)
  .showHelpAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    '\nExamples:\n  npm run doctor\n  npm run doctor -- --stage main\n  npm run doctor -- --json\n',
  );

await exitWith(async () => {
  const options = program.parse().opts<{ stage?: string; json: boolean }>();
  // Imported here, since it reads the topology: a broken one is then a finding like any other.
  const { runDoctor } = await import('./steps/doctor/run-doctor.ts');
  await runDoctor(options);
});
