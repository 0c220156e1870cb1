import type { TemplateResource } from '@gsp/twin';
import { placeResources } from '../../src/cost/read-resources.ts';
import type { Traffic } from '../../src/cost/request-use.ts';
import { type Inventory, takeInventory } from '../../src/cost/take-inventory.ts';

/** The Regions of most tests, the primary first. */
export const REGIONS: readonly string[] = ['eu-west-1', 'eu-central-1'];

/** 10 million requests, 30 % of them writes of 1 KB that live a day. */
export const TRAFFIC: Traffic = {
  ...{ requests: 10e6, writeShare: 0.3, itemBytes: 1_024, isStrong: false },
  ...{ retentionDays: 1, share: 'even' },
};

/** A function named as the definition names them, of 512 MB. */
export function lambda(name: string, variables: Readonly<Record<string, unknown>> = {}): TemplateResource {
  const FunctionName = `gsp-main-${name}`;
  return {
    Type: 'AWS::Lambda::Function',
    Properties: { FunctionName, MemorySize: 512, Environment: { Variables: variables } },
  };
}

/** A resource of that type. */
export function resource(Type: string, Properties: Readonly<Record<string, unknown>> = {}): TemplateResource {
  return { Type, Properties };
}

/** The path of a Region's health, as the definition has it. */
export const PROBE_PATH = { 'Fn::Join': ['', ['/health/', { Ref: 'AWS::StackId' }]] };

/** A health check that asks that path. */
export function healthCheck(ResourcePath: string | object, RequestInterval: 10 | 30 = 30): TemplateResource {
  const Regions = ['eu-west-1', 'us-east-1', 'us-west-2'];
  const HealthCheckConfig = { Type: 'HTTPS', ResourcePath, RequestInterval, Regions };
  return resource('AWS::Route53::HealthCheck', { HealthCheckConfig });
}

/** A stage whose Regions all have these resources, and whose primary has `once` as well. */
export function stageOf(
  each: readonly TemplateResource[],
  { once = [], regions = REGIONS }: { once?: readonly TemplateResource[]; regions?: readonly string[] } = {},
): Inventory {
  const [primary = ''] = regions;
  return takeInventory(
    [...regions.flatMap((region) => placeResources(each, region)), ...placeResources(once, primary)],
    regions,
  );
}
