import {
  FormerName,
  newCommand,
  numberWithin,
  outOption,
  twinOption,
  wholeNumber,
  withExamples,
} from '@gsp/cli-kit';
import { type Command, Option } from 'commander';
import { type RunDrillOptions, runDrill } from './run-drill.ts';
import { scenarioNames, scenarios } from './scenarios.ts';

const SEEDS_MAX = 1_000;

/** Interval and time to live of 30 and 60 s become 2 and 4 s: whole seconds for DNS, and slow against a verdict's one second. */
const TIME_SCALE_DEFAULT = 15;
const TIME_SCALE_MAX = 60;

const EXAMPLES = [
  'npm run drill',
  'npm run drill -- --scenario region-kill evacuate --report drill.html',
  'npm run drill -- --scenario data --seeds 50',
  'npm run drill -- --target amplify_outputs.json --scenario evacuate --json drill.json',
  'npm run drill -- --target amplify_outputs.json --scenario region-unhealthy replication-paused',
];

/** Options as they are parsed: seeds by number, or how many. */
type ParsedOptions = Pick<
  RunDrillOptions,
  'operations' | 'twin' | 'target' | 'yesBreak' | 'timeScale' | 'report' | 'out'
> & {
  readonly scenario: RunDrillOptions['scenarios'];
  readonly seeds?: number;
  readonly seed?: number;
  readonly json?: boolean | string;
};

/**
 * `npm run drill`.
 *
 * Every run is seeded: what clients do, and in `data` also what fails and when, follow from the seed. Scenarios run on a
 * twin that the drill starts on free ports, unless a running one or a deployed platform is given.
 *
 * @param run @default - {@link runDrill}
 */
export function drillCommand(run: (options: RunDrillOptions) => Promise<void> = runDrill): Command {
  const command = newCommand(
    'npm run drill --',
    'Break regions, tables, links and clocks on purpose, and judge whether objectives and promises are kept.',
  );
  const twin = twinOption('control API of a running twin, instead of a new one');
  command
    .addOption(
      new Option('--scenario <names...>', 'what to break')
        .choices(['all', ...scenarioNames])
        .default(['all']),
    )
    .option(
      '--target <file>',
      'drill the deployed platform of these outputs, such as amplify_outputs.json: its primary is evacuated for some minutes',
    )
    .option(
      '--yes-break <stage>',
      "the stage's name again, where AWS is to break a deployed platform and there is no person to type it",
    )
    .addOption(twin)
    .addOption(new FormerName('--control', twin))
    .option('--seeds <count>', 'run the seeds 1 to COUNT', wholeNumber(1, SEEDS_MAX))
    .option('--seed <seed>', 'run this seed only', wholeNumber(0))
    .option('--operations <count>', 'operations of clients in the scenario data', wholeNumber(1, 1_000_000))
    .option(
      '--time-scale <factor>',
      'how many times faster health checks, times to live and schedules pass in a new twin',
      numberWithin(1, TIME_SCALE_MAX),
      TIME_SCALE_DEFAULT,
    )
    .option('--json [file]', 'write the report to this file as JSON, or print it')
    .option('--report <file>', 'write the report to this file as a page, timelines included')
    .addOption(
      outOption(
        'file',
        'write what data did to items of one region to this file, for a judge of linearizability',
      ),
    )
    .addHelpText(
      'after',
      `\nScenarios:\n${scenarioNames.map((name) => `  ${name}: ${scenarios[name].description}`).join('\n')}\n` +
        '\nWhat an experiment breaks needs --target and the setting faultInjection, and is not among all.',
    )
    .action(() => run(drillOptions(command)));
  return withExamples(command, EXAMPLES);
}

function drillOptions(command: Command): RunDrillOptions {
  const { scenario, seed, seeds = 1, json = false, ...others } = command.opts<ParsedOptions>();
  const isBreaking = scenario.some((name) => name !== 'all' && scenarios[name].experiment !== undefined);
  if (isBreaking && others.target !== undefined && others.yesBreak === undefined && !process.stdin.isTTY) {
    return command.error(
      'error: there is no terminal to confirm on; say --yes-break with the name of the stage where that is decided',
    );
  }
  return {
    scenarios: scenario,
    seeds: seed === undefined ? Array.from({ length: seeds }, (_, index) => index + 1) : [seed],
    operations: others.operations,
    twin: others.twin,
    target: others.target,
    yesBreak: others.yesBreak,
    timeScale: others.timeScale,
    json,
    report: others.report,
    out: others.out,
  };
}
