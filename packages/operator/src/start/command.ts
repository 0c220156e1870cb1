import {
  FormerName,
  newCommand,
  numberWithin,
  portUpTo,
  stageOption,
  wholeNumber,
  withExamples,
} from '@gsp/cli-kit';
import { DEFAULT_PORT_BASE, type EngineKind, parseEngineKind } from '@gsp/twin';
import { type Command, InvalidArgumentError } from 'commander';
import { loadProject } from '../project.ts';
import type { BuiltConsole } from './run-twin.ts';

/** The highest first port that leaves room for the others. */
const PORT_BASE_MAX = 65_000;

interface Options {
  readonly stage: string;
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

/** The console that a twin serves, for a project that has one. */
export interface ConsoleBuilder {
  readonly build: (options: {
    readonly rootDir: string;
    readonly signal: AbortSignal;
  }) => Promise<BuiltConsole>;
  /** Origins of its development server, whose pages may call the regions. */
  readonly devOrigins: readonly string[];
}

/**
 * `npm start`.
 *
 * @param loadConsole imported once it is clear that a twin starts
 */
export function startCommand(loadConsole: () => Promise<ConsoleBuilder>): Command {
  const stage = stageOption('stage to run, as amplify/topology.ts defines it').default('main');
  const command = newCommand(
    'npm start --',
    'Run every region of the platform on this machine, replicating, without an AWS account.',
  )
    .addOption(stage)
    .addOption(new FormerName('--branch', stage))
    .option(
      '--port-base <port>',
      'first of the ports: +0 control, +10 global, +11.. regional APIs, +53 DNS, +60 Secrets Manager, +100.. DynamoDB',
      portUpTo(PORT_BASE_MAX),
      DEFAULT_PORT_BASE,
    )
    .option('--data-dir <folder>', 'where the twin keeps its data', '.twin')
    .option('--fresh', 'forget the data of earlier runs', false)
    .option('--lag <range>', 'replication lag in ms, MIN..MAX or one number', lagRange, {
      min: 100,
      max: 500,
    })
    .option(
      '--time-scale <factor>',
      'let health checks, DNS times to live and schedules pass this many times faster than on AWS, 1 to 60',
      numberWithin(1, 60),
      1,
    )
    .option('--vantage <region>', 'region that latency routing finds nearest (default: the first)')
    .option('--seed <number>', 'seeds everything random in the twin', wholeNumber(0), undefined)
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
    .action((options: Options) => run(options, loadConsole));
  return withExamples(command, [
    'npm start',
    'npm start -- --fresh --lag 0',
    'npm start -- --time-scale 10',
    'npm start -- --port-base 5000 --data-dir /tmp/other-twin',
    'npm start -- --changes \'{"observability":{"heartbeat":false}}\'',
    'npm start -- --changes \'{"edge":{"cloudFront":true,"waf":"count"},"domain":{"zoneName":"gsp.test","hostedZoneId":null}}\'',
  ]);
}

async function run(options: Options, loadConsole: () => Promise<ConsoleBuilder>): Promise<void> {
  const { runTwin } = await import('./run-twin.ts');
  const { parseChanges } = await import('@gsp/platform/topology');
  const { build, devOrigins } = await loadConsole();
  const project = await loadProject();
  const { stage: branch, lag: lagMs, seed, changes, readyFile, vantage } = options;
  await runTwin(
    {
      ...options,
      branch,
      lagMs,
      readyFile,
      vantage,
      allowOrigin: [...devOrigins, ...options.allowOrigin],
      buildConsole: options.console ? ({ signal }) => build({ rootDir: project.rootDir, signal }) : undefined,
      seed: seed ?? Math.floor(Math.random() * 2 ** 31),
      changes: changes === undefined ? undefined : parseChanges(changes),
    },
    project,
  );
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
