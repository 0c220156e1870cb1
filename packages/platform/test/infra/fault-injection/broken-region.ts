import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnFunction, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { ExperimentLimits } from '../../../src/infra/fault-injection/experiment.ts';
import { FaultInjection } from '../../../src/infra/fault-injection/fault-injection.ts';
import { GlobalTable } from '../../../src/infra/global-table.ts';
import { RegionWatch } from '../../../src/infra/observability/region-watch.ts';
import { RegionalApi } from '../../../src/infra/regional-api.ts';
import { tagSite } from '../../../src/infra/site-tags.ts';
import { defineTopology } from '../../../src/topology/define-topology.ts';
import { resolveStage } from '../../../src/topology/resolve-stage.ts';
import type { StageInput } from '../../../src/topology/topology-schema.ts';

/** One Region that can be broken on purpose. */
export interface BrokenRegionOptions {
  /** Regions of the stage, of which the first is broken. @default - eu-west-1 and eu-central-1 */
  readonly regions?: readonly [string, ...string[]];
  readonly changes?: Partial<StageInput>;
  readonly limits?: ExperimentLimits;
  /** Whether the Region's watch is placed first. @default true */
  readonly isWatched?: boolean;
}

/** What fault injection of one Region synthesizes to, beside the watch that ends it. */
export function brokenRegion(options: BrokenRegionOptions = {}): Template {
  const { regions = ['eu-west-1', 'eu-central-1'], changes = {}, limits, isWatched = true } = options;
  const topology = defineTopology({
    project: 'shop',
    regions: ['eu-west-1', 'eu-central-1'],
    stages: { main: { ...changes, faultInjection: true, regions: [...regions] } },
  });
  const site = resolveStage(topology, { backendType: 'branch', backendName: 'main', region: regions[0] });
  const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Platform');
  const health = placeFunction(stack, 'health');
  const functions = { health, api: placeFunction(stack, 'api'), control: placeFunction(stack, 'control') };
  const table = new GlobalTable(stack, 'Items', {
    ...{ tableName: site.tableName, replicaRegions: regions, isOwner: true, replicaTags: () => ({}) },
    ...site.settings.table,
  });
  if (isWatched) {
    const api = new RegionalApi(stack, 'Api', {
      ...{ apiName: site.apiName, routes: [], defaultHandler: health, allowOrigins: [], allowHeaders: [] },
      ...{ exposeHeaders: [], accessLogGroupName: '/aws/vendedlogs/apis/shop', logRetentionDays: 7 },
      defaultThrottle: site.settings.throttle.traffic,
    });
    const canLoseWrites = site.settings.table.consistency === 'eventual';
    new RegionWatch(stack, 'Watch', {
      ...{ site, api, serving: [] },
      functions: { ...functions, ...(canLoseWrites && { conflicts: placeFunction(stack, 'conflicts') }) },
      ...(canLoseWrites && { streamConsumer: 'conflicts' }),
    });
  }
  new FaultInjection(stack, 'Chaos', {
    ...{ site, table, ...(limits && { limits }) },
    health: {
      resources: { lambda: health, cfnResources: { cfnFunction: resourceOf(health) } },
      addEnvironment: (key, value) => void health.addEnvironment(key, value),
    },
  });
  tagSite(stack, site);
  return Template.fromStack(stack);
}

function placeFunction(stack: Stack, name: string): LambdaFunction {
  return new LambdaFunction(stack, name, {
    functionName: `shop-main-${name}`,
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => ({})'),
  });
}

function resourceOf({ node: { defaultChild } }: LambdaFunction): CfnFunction {
  if (defaultChild instanceof CfnFunction) return defaultChild;
  throw new Error('no function');
}
