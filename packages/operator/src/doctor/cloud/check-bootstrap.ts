import { readParameter } from '../../cloud/stage-parameters.ts';
import type { CheckResult } from '../check-result.ts';
import { type AccountContext, runCheck } from './run-check.ts';

/** Where `cdk bootstrap` notes its version, and `ampx` looks before it deploys. */
const VERSION_PARAMETER = '/cdk-bootstrap/hnb659fds/version';

/**
 * The least that `ampx` and the templates that CDK synthesizes accept. Newer ones are backwards compatible.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 */
const VERSION_MIN = 6;

/** Where the primary deploys the edge to, whichever regions the stage has: CloudFront takes its certificate from nowhere else. */
const EDGE_REGION = 'us-east-1';

/** Whether each region is ready to be deployed to, that of the edge too where there is one; all of them asked at once. */
export async function checkBootstrap(context: AccountContext): Promise<readonly CheckResult[]> {
  const { stage } = context.target;
  const asked = deployedRegions(context.target).map((region) =>
    runCheck(
      { check: 'bootstrap', stage, region, act: 'read the version of the bootstrap', signal: context.signal },
      async (signal) => [await checkRegion(context, { region, signal })],
    ),
  );
  return (await Promise.all(asked)).flat();
}

function deployedRegions({ regions, domain, settings }: AccountContext['target']): readonly string[] {
  // Without the zone's id there are no names yet, and no edge either.
  const hasEdge = settings.edge.cloudFront && domain !== null && domain.hostedZoneId !== null;
  return [...new Set([...regions, ...(hasEdge ? [EDGE_REGION] : [])])];
}

async function checkRegion(
  { target: { stage }, cloud, account }: AccountContext,
  { region, signal }: { region: string; signal: AbortSignal },
): Promise<CheckResult> {
  const found = { check: 'bootstrap', stage } as const;
  const remedy = `npx cdk bootstrap aws://${account}/${region}`;
  const parameter = await readParameter(cloud.region(region), VERSION_PARAMETER, signal);
  if (parameter === null) {
    return {
      ...found,
      level: 'fault',
      what: `${region}: not bootstrapped`,
      why: 'CDK uploads to a bucket and deploys with roles that the bootstrap makes, once for an account and region.',
      remedy,
    };
  }
  const version = Number(parameter.value);
  if (Number.isInteger(version) && version >= VERSION_MIN) {
    return { ...found, level: 'ok', what: `${region}: version ${version}` };
  }
  return {
    ...found,
    level: 'fault',
    what: `${region}: version ${parameter.value} of the bootstrap, ${VERSION_MIN} or later is needed`,
    remedy,
  };
}
