/**
 * `npm run drill`: breaks things on purpose and judges whether the platform keeps its promises meanwhile.
 *
 * Every run is seeded: what fails, when, and what clients do follow from the seed. Each seed gets a twin of its own
 * on free ports, unless a running one is given. Exits 1 when a promise was broken, and says which, for what item, and
 * what happened to it.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { type ScenarioName, scenarioNames, scenarios } from './steps/drill/scenarios.ts';
import { exitWith } from './steps/exit-with.ts';

const OPERATIONS_DEFAULT = 5_000;
const SEEDS_MAX = 1_000;

const program: Command = new Command('npm run drill --')
  .description('Break regions, links and clocks on purpose, and judge whether the promises are kept.')
  .addOption(new Option('--scenario <name>', 'what to break').choices(scenarioNames).default('data'))
  .addOption(new Option('--target <target>', 'what to drill').choices(['twin']).default('twin'))
  .option('--seeds <count>', 'run the seeds 1 to COUNT', wholeNumber(1, SEEDS_MAX))
  .option('--seed <seed>', 'run this seed only', wholeNumber(0, Number.MAX_SAFE_INTEGER))
  .option(
    '--operations <count>',
    'operations of clients in each run',
    wholeNumber(1, 1_000_000),
    OPERATIONS_DEFAULT,
  )
  .option('--control <url>', 'control API of a running twin, instead of a new one for each seed')
  .option('--json', 'print the report as JSON', false)
  .option('--report <file>', 'write the report to this file, as JSON')
  .showHelpAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    `\nScenarios:\n${scenarioNames.map((name) => `  ${name}: ${scenarios[name].description}`).join('\n')}\n` +
      '\nExamples:\n  npm run drill\n  npm run drill -- --scenario data --seeds 50\n' +
      '  npm run drill -- --seed 7 --operations 20000 --report drill.json\n',
  );

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`${text} is not a whole number from ${min} to ${max}.`);
  };
}

interface DrillOptions {
  readonly scenario: ScenarioName;
  readonly seeds?: number;
  readonly seed?: number;
  readonly operations: number;
  readonly control?: string;
  readonly json: boolean;
  readonly report?: string;
}

await exitWith(async () => {
  const { seeds, seed, control, report, ...options } = program.parse().opts<DrillOptions>();
  // Imported here, since it reads the topology: a broken one is then a message like any other.
  const { runDrill } = await import('./steps/drill/run-drill.ts');
  const count = seeds ?? 1;
  await runDrill({
    ...options,
    seeds: seed === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [seed],
    control: control?.replace(/\/+$/, ''),
    report,
  });
});
