/**
 * `npm run drill`: breaks things on purpose and judges whether the platform keeps its promises meanwhile.
 *
 * Every run is seeded: what clients do, and in `data` also what fails and when, follow from the seed. Scenarios run on a
 * twin that the drill starts on free ports, unless a running one or a deployed platform is given. Exits 1 when an objective
 * was missed or a promise broken, and says which, by how much, and what happened.
 */

import { exitWith } from '@gsp/cli-kit';
import { type ScenarioName, scenarioNames, scenarios } from '@gsp/drill';
import { Command, InvalidArgumentError, Option } from 'commander';

const SEEDS_MAX = 1_000;

/** Interval and time to live of 30 and 60 s become 2 and 4 s: whole seconds for DNS, and slow against a verdict's one second. */
const TIME_SCALE_DEFAULT = 15;
const TIME_SCALE_MAX = 60;

const program: Command = new Command('npm run drill --')
  .description(
    'Break regions, tables, links and clocks on purpose, and judge whether objectives and promises are kept.',
  )
  .addOption(
    new Option('--scenario <names...>', 'what to break').choices(['all', ...scenarioNames]).default(['all']),
  )
  .option(
    '--target <file>',
    'drill the deployed platform of these outputs, such as amplify_outputs.json: its primary is evacuated for some minutes',
  )
  .option(
    '--yes-break <stage>',
    "the stage's name again, where AWS is to break a deployed platform and there is no person to type it",
  )
  .option('--control <url>', 'control API of a running twin, instead of a new one')
  .option('--seeds <count>', 'run the seeds 1 to COUNT', wholeNumber(1, SEEDS_MAX))
  .option('--seed <seed>', 'run this seed only', wholeNumber(0, Number.MAX_SAFE_INTEGER))
  .option('--operations <count>', 'operations of clients in the scenario data', wholeNumber(1, 1_000_000))
  .option(
    '--time-scale <factor>',
    'how many times faster health checks, times to live and schedules pass in a new twin',
    timeScale,
    TIME_SCALE_DEFAULT,
  )
  .option('--json [file]', 'write the report to this file as JSON, or print it')
  .option('--report <file>', 'write the report to this file as a page, timelines included')
  .showHelpAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    `\nScenarios:\n${scenarioNames.map((name) => `  ${name}: ${scenarios[name].description}`).join('\n')}\n` +
      '\nWhat an experiment breaks needs --target and the setting faultInjection, and is not among all.\n' +
      '\nExamples:\n  npm run drill\n  npm run drill -- --scenario region-kill evacuate --report drill.html\n' +
      '  npm run drill -- --scenario data --seeds 50\n' +
      '  npm run drill -- --target amplify_outputs.json --scenario evacuate --json drill.json\n' +
      '  npm run drill -- --target amplify_outputs.json --scenario region-unhealthy replication-paused\n',
  );

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`${text} is not a whole number from ${min} to ${max}.`);
  };
}

function timeScale(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value >= 1 && value <= TIME_SCALE_MAX) return value;
  throw new InvalidArgumentError(`${text} is not a number from 1 to ${TIME_SCALE_MAX}.`);
}

interface DrillOptions {
  readonly scenario: readonly (ScenarioName | 'all')[];
  readonly seeds?: number;
  readonly seed?: number;
  readonly operations?: number;
  readonly control?: string;
  readonly target?: string;
  readonly yesBreak?: string;
  readonly timeScale: number;
  readonly json?: boolean | string;
  readonly report?: string;
}

await exitWith(async () => {
  const options = program.parse().opts<DrillOptions>();
  const isBreaking = options.scenario.some(
    (name) => name !== 'all' && scenarios[name].experiment !== undefined,
  );
  if (isBreaking && options.target !== undefined && options.yesBreak === undefined && !process.stdin.isTTY) {
    return program.error(
      'error: there is no terminal to confirm on; say --yes-break with the name of the stage where that is decided',
    );
  }
  // Imported here, since it reads the topology: a broken one is then a message like any other.
  const { runDrill } = await import('@gsp/drill');
  const { seed, seeds: count = 1, control } = options;
  await runDrill({
    scenarios: options.scenario,
    seeds: seed === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [seed],
    operations: options.operations,
    control: control?.replace(/\/+$/, ''),
    target: options.target,
    yesBreak: options.yesBreak,
    timeScale: options.timeScale,
    json: options.json ?? false,
    report: options.report,
  });
});
