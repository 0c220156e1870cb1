import type { Stack } from 'aws-cdk-lib';
import {
  CfnFunction,
  Code,
  type FunctionProps,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import type { BackendFunction } from '../../src/infra/configure-function.ts';
import { RegionalApi } from '../../src/infra/regional-api.ts';
import { zoneOf } from '../../src/topology/backend-features.ts';
import { defineTopology } from '../../src/topology/define-topology.ts';
import { type BackendContext, resolveStage } from '../../src/topology/resolve-stage.ts';
import type { StageInput } from '../../src/topology/topology-schema.ts';

/** Regions of a stage; one is enough. */
export type Regions = readonly [string, ...string[]];

const TWO: Regions = ['eu-west-1', 'eu-central-1'];

/** Turns every finding of CDK's template validation into an error, which takes seconds. */
export const STRICT = { '@aws-cdk/core:validateAgainstDefaultRules': true };

/**
 * Stage `main` of project `shop` in one of its Regions.
 *
 * @param settings what differs from the default settings
 * @param place.regions @default - eu-west-1 and eu-central-1
 * @param place.region @default - the first
 */
export function contextOf(
  settings: Partial<StageInput> = {},
  { regions = TWO, region = regions[0] }: { readonly regions?: Regions; readonly region?: string } = {},
): BackendContext {
  const main = { ...settings, regions: [...regions] };
  const topology = defineTopology({ project: 'shop', regions: [...TWO], stages: { main } });
  return resolveStage(topology, { backendType: 'branch', backendName: 'main', region });
}

/** A function that answers nothing. */
export function functionIn(scope: Stack, id: string, props: Partial<FunctionProps> = {}): LambdaFunction {
  return new LambdaFunction(scope, id, {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => ({})'),
    ...props,
  });
}

/** A function as `defineBackend` would return it. */
export function backendFunction(lambda: LambdaFunction): BackendFunction {
  const cfnFunction = lambda.node.defaultChild;
  if (!(cfnFunction instanceof CfnFunction)) throw new Error('Cannot find the function in its construct');
  return {
    resources: { lambda, cfnResources: { cfnFunction } },
    addEnvironment: (key, value) => void lambda.addEnvironment(key, value),
  };
}

/** An API without routes. */
export function apiIn(scope: Stack, context: BackendContext, handler: LambdaFunction): RegionalApi {
  return new RegionalApi(scope, 'Api', {
    apiName: context.apiName,
    routes: [],
    defaultHandler: handler,
    probe: { handler, throttle: context.settings.throttle.probe },
    defaultThrottle: context.settings.throttle.traffic,
    allowOrigins: [],
    allowHeaders: [],
    exposeHeaders: [],
    accessLogGroupName: '/aws/vendedlogs/apis/shop',
    logRetentionDays: 7,
    executeApiEndpoint: zoneOf(context) === undefined,
  });
}
