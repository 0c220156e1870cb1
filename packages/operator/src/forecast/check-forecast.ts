import { primaryOf } from '../cloud/stage-target.ts';
import type { CheckResult } from '../doctor/check-result.ts';
import { runCheck } from '../doctor/cloud/run-check.ts';
import { SynthesisError } from '../synthesis/synthesis-error.ts';
import { forecastStage, type StageForecastOptions } from './forecast-stage.ts';
import type { Forecast, StackVerdict } from './judge-forecast.ts';
import { describeChange, summarizeChanges } from './render-forecast.ts';

/** A definition is synthesized for it, which takes a while where nothing of it is in the cache. */
const timeoutMs = 180_000;

/**
 * What the next deployment changes, as findings: what stands against it is a fault, all else is told.
 *
 * @throws the reason of `signal` once that is aborted
 */
export function checkForecast(options: StageForecastOptions): Promise<readonly CheckResult[]> {
  const { target, signal } = options;
  const question = { check: 'forecast', stage: target.stage, region: primaryOf(target), timeoutMs };
  return runCheck({ ...question, act: 'forecast the deployment', signal }, async (bounded) => {
    try {
      return findingsOf(await forecastStage({ ...options, signal: bounded }), target.stage);
    } catch (error) {
      if (!(error instanceof SynthesisError)) throw error;
      return [{ check: 'forecast', stage: target.stage, level: 'fault', what: error.message }];
    }
  });
}

function findingsOf(forecast: Forecast | null, stage: string): readonly CheckResult[] {
  const found = { check: 'forecast', stage } as const;
  if (forecast === null)
    return [{ ...found, level: 'note', what: 'Nothing is deployed yet: the first deploy makes everything' }];
  return forecast.stacks.flatMap((verdict) => [
    { ...found, level: 'note', what: `${verdict.region}: ${verdict.stack}: ${summarizeChanges(verdict)}` },
    ...faultsOf(verdict).map((fault) => ({ ...found, level: 'fault' as const, ...fault })),
  ]);
}

function faultsOf({
  region,
  refusals,
  losses,
}: StackVerdict): Pick<CheckResult, 'what' | 'why' | 'remedy'>[] {
  return [
    ...refusals.map(({ logicalId, what, why, remedy }) => ({
      what: `${region}: AWS would refuse ${logicalId}: ${what}`,
      why,
      remedy,
    })),
    ...losses.map((change) => ({
      what: `${region}: ${describeChange(change)}`,
      remedy: `Undo the change; or, where that is meant: npm run deploy -- … --allow-replace ${change.logicalId}`,
    })),
  ];
}
