import { CommandError, terminal } from '@gsp/cli-kit';
import { checkHealth } from '@gsp/client/operator';
import { type ScenarioName, scenarios } from './scenarios.ts';
import type { TargetPlatform } from './traffic/target-platform.ts';

/** What stands before an experiment. */
export interface PrepareExperimentsOptions {
  readonly platform: Pick<TargetPlatform, 'regions' | 'primary' | 'target' | 'experiments'>;
  /** The stage's name again, where it is not to be asked for. */
  readonly yesBreak: string | undefined;
  readonly signal: AbortSignal;
  /** Asks whoever runs the drill. @default - the terminal */
  readonly ask?: (question: string, signal: AbortSignal) => Promise<string>;
}

/** One that is broken, and one to take its traffic. */
const HEALTHY_MIN = 2;

/**
 * Makes sure, before anything is sent, that what scenarios break on a deployed platform may be broken: every experiment is
 * offered, nothing else is broken, enough Regions are healthy, and a person has said the stage's name. Does nothing for
 * scenarios without an experiment.
 *
 * @throws {CommandError} where that is not so
 * @throws {CloudError} where FIS cannot be asked
 */
export async function prepareExperiments(
  names: readonly ScenarioName[],
  { platform, yesBreak, signal, ask = terminal.ask }: PrepareExperimentsOptions,
): Promise<void> {
  const kinds = names.flatMap((name) => scenarios[name].experiment ?? []);
  const { experiments, regions, primary } = platform;
  const region = primary ?? regions[0]?.region;
  if (kinds.length === 0 || experiments === undefined || region === undefined) return;
  for (const kind of kinds) await experiments.assertReady(kind, { region, signal });
  await assertHealthy(platform, { region, signal });
  const said =
    yesBreak ?? (await ask(question(names, { platform, region, stage: experiments.stage }), signal));
  if (said === experiments.stage) return;
  throw new CommandError(
    `Cannot break ${region}: '${said}' is not the stage's name, ${experiments.stage} is needed. Nothing was broken.`,
  );
}

async function assertHealthy(
  { regions }: Pick<TargetPlatform, 'regions'>,
  { region, signal }: { region: string; signal: AbortSignal },
): Promise<void> {
  const found = await Promise.all(
    regions.map(({ region: name, api }) => checkHealth({ region: name, endpoint: api }, { signal })),
  );
  const healthy = found.filter(({ isHealthy }) => isHealthy);
  if (healthy.length >= HEALTHY_MIN && healthy.some((each) => each.region === region)) return;
  const said = found.map((each) => `${each.region}: ${each.said}`).join('; ');
  throw new CommandError(
    `Cannot break ${region}: not enough regions are healthy (${said}), it and another one must be. See docs/runbooks/ for what is wrong already.`,
  );
}

function question(
  names: readonly ScenarioName[],
  { platform, region, stage }: { platform: { readonly target: string }; region: string; stage: string },
): string {
  const asked = names.filter((name) => scenarios[name].experiment !== undefined);
  return `AWS will break ${region} of ${platform.target} for some minutes (${asked.join(', ')}). Type the stage's name, ${stage}, to go on: `;
}
