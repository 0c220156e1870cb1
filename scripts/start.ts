/**
 * `npm start`: runs the platform on this machine.
 *
 * Synthesizes every region of the definition, starts the twin on the result, prints where everything is, and
 * swaps functions and routes whenever something under amplify/ changes. Ends on Ctrl-C and leaves nothing running.
 */

import { exitWith } from '@gsp/cli-kit';
import { loadProject } from '@gsp/operator/project';
import { DEFAULT_PORT_BASE, type EngineKind, parseEngineKind } from '@gsp/twin';
import { Command, InvalidArgumentError } from 'commander';

const program: Command = new Command('npm start --')
  .description('Run every region of the platform on this machine, replicating, without an AWS account.')
  .option('--branch <name>', 'branch whose stage to run, as amplify/topology.ts defines it', 'main')
  .option(
    '--port-base <port>',
    'first of the ports: +0 control, +10 global, +11.. regional APIs, +53 DNS, +60 Secrets Manager, +100.. DynamoDB',
    portBase,
    DEFAULT_PORT_BASE,
  )
  .option('--data-dir <folder>', 'where the twin keeps its data', '.twin')
  .option('--fresh', 'forget the data of earlier runs', false)
  .option('--lag <range>', 'replication lag in ms, MIN..MAX or one number', lagRange, { min: 100, max: 500 })
  .option(
    '--time-scale <factor>',
    'let health checks, DNS times to live and schedules pass this many times faster than on AWS, 1 to 60',
    timeScale,
    1,
  )
  .option('--vantage <region>', 'region that latency routing finds nearest (default: the first)')
  .option('--seed <number>', 'seeds everything random in the twin', seed, undefined)
  .option(
    '--engine <engine>',
    'dynoxide, dynamodb-local, or the URL of a DynamoDB-compatible engine',
    engineKind,
    'dynoxide' as EngineKind,
  )
  .option('--ready-file <file>', 'write where everything is to this file when every region answers')
  .option(
    '--changes <json>',
    "settings to try out instead of the stage's own, as JSON in the form of a stage in the topology",
  )
  .option('--no-watch', 'do not follow changes under amplify/')
  .option(
    '--allow-origin <origin>',
    'let pages of this origin call the regions too, such as a page that you develop; may be repeated',
    allowedOrigin,
    [],
  )
  .option('--no-console', 'do not build and serve the console; the control API stays')
  .showHelpAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    '\nExamples:\n  npm start\n  npm start -- --fresh --lag 0\n  npm start -- --time-scale 10\n  npm start -- --port-base 5000 --data-dir /tmp/other-twin\n' +
      '  npm start -- --changes \'{"observability":{"heartbeat":false}}\'\n' +
      '  npm start -- --changes \'{"edge":{"cloudFront":true,"waf":"count"},"domain":{"zoneName":"gsp.test","hostedZoneId":null}}\'\n',
  );

function portBase(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1024 || port > 65_000) {
    throw new InvalidArgumentError(`${text} is not a port from 1024 to 65000.`);
  }
  return port;
}

function lagRange(text: string): { min: number; max: number } {
  const [, min = '', max = min] = /^(\d{1,6})(?:\.\.(\d{1,6}))?$/.exec(text) ?? [];
  const range = { min: Number(min), max: Number(max) };
  if (min === '' || range.min > range.max) {
    throw new InvalidArgumentError(
      `${text} is not MIN..MAX in milliseconds, such as 50..200, nor one number.`,
    );
  }
  return range;
}

function timeScale(text: string): number {
  const factor = Number(text);
  if (!/^\d{1,2}(\.\d{1,3})?$/.test(text) || factor < 1 || factor > 60)
    throw new InvalidArgumentError(`${text} is not a number from 1 to 60.`);
  return factor;
}

function seed(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError(`${text} is not a whole number from 0 on.`);
  return value;
}

function allowedOrigin(text: string, others: readonly string[]): string[] {
  const origin = URL.canParse(text) ? new URL(text).origin : undefined;
  if (origin === undefined || origin === 'null' || origin !== text.toLowerCase())
    throw new InvalidArgumentError(`${text} is not an origin, such as http://localhost:3000.`);
  return [...others, origin];
}

function engineKind(text: string): EngineKind {
  try {
    return parseEngineKind(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

interface StartOptions {
  readonly branch: string;
  readonly portBase: number;
  readonly dataDir: string;
  readonly fresh: boolean;
  readonly lag: { readonly min: number; readonly max: number };
  readonly timeScale: number;
  readonly vantage?: string;
  readonly seed?: number;
  readonly engine: EngineKind;
  readonly readyFile?: string;
  readonly watch: boolean;
  readonly console: boolean;
  readonly allowOrigin: readonly string[];
  readonly changes?: string;
}

await exitWith(async () => {
  const { lag, seed: given, ...options } = program.parse().opts<StartOptions>();
  // Imported here, since it reads the topology: a broken one is then a message like any other.
  const { runTwin } = await import('@gsp/operator/start');
  const { parseChanges } = await import('@gsp/platform/topology');
  const { buildConsole, DEV_SERVER_ORIGINS } = await import('@gsp/console/build');
  const project = await loadProject();
  await runTwin(
    {
      ...options,
      allowOrigin: [...DEV_SERVER_ORIGINS, ...options.allowOrigin],
      buildConsole: options.console
        ? ({ signal }) => buildConsole({ rootDir: project.rootDir, signal })
        : undefined,
      lagMs: lag,
      seed: given ?? Math.floor(Math.random() * 2 ** 31),
      readyFile: options.readyFile,
      vantage: options.vantage,
      changes: options.changes === undefined ? undefined : parseChanges(options.changes),
    },
    project,
  );
});
