import { findBackendStack } from '../cloud/find-backend-stack.ts';
import type { Cloud } from '../cloud/region-clients.ts';
import type { StageTarget } from '../cloud/stage-target.ts';
import type { BackendIdentity } from '../synthesis/synthesis-process.ts';
import { forecastRegion } from './forecast-region.ts';
import { type Forecast, type JudgeOptions, judgeForecast } from './judge-forecast.ts';

/** Which deployment is forecast. */
export interface StageForecastOptions extends Pick<JudgeOptions, 'allowed'> {
  /** The project. */
  readonly rootDir: string;
  readonly cloud: Cloud;
  readonly target: StageTarget;
  readonly signal: AbortSignal;
  /** As `ampx` will name a region's backend. @default - as it named what is deployed */
  readonly identityOf?: ((region: string) => BackendIdentity) | undefined;
}

/**
 * What a deployment of this checkout would do to a stage; null where nothing of the stage is deployed, and so nothing can be
 * lost or refused.
 *
 * @throws {SynthesisError} where the definition is wrong
 * @throws {CloudError} when CloudFormation cannot be asked
 */
export async function forecastStage(options: StageForecastOptions): Promise<Forecast | null> {
  const { rootDir, cloud, target, allowed, signal } = options;
  const { chosen } = target;
  const deployed = await Promise.all(
    target.regions.map(async (region) => ({
      region,
      stack: await findBackendStack(cloud.region(region), target, signal),
    })),
  );
  if (deployed.every(({ stack }) => stack === null)) return null;
  // A region that is not deployed now is read for the names that it holds.
  const known = deployed.filter(({ region, stack }) => stack !== null || chosen.includes(region));
  const forecasts = await Promise.all(
    known.map(({ region, stack }) => {
      const backend = options.identityOf?.(region) ?? identityFrom(stack?.tags ?? {}, target.branch);
      return forecastRegion({ rootDir, cloud, target, region, deployed: stack, backend, signal });
    }),
  );
  return judgeForecast(forecasts.flat(), { chosen, allowed });
}

/** Amplify tags what it deploys for a branch with the app and the branch; what it deploys for itself has neither. */
function identityFrom(tags: Readonly<Record<string, string>>, branch: string): BackendIdentity {
  const { 'amplify:app-id': app, 'amplify:branch-name': name } = tags;
  return app === undefined || name === undefined
    ? { type: 'standalone', namespace: branch, name: 'backend' }
    : { type: 'branch', namespace: app, name };
}
