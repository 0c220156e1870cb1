import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { TemplateJson } from '../../../../test/backend/synthesized-backend.ts';
import { RegionalApi } from '../../src/infra/regional-api.ts';
import { SiteDomain, zoneOf } from '../../src/infra/site-domain.ts';
import { siteOutputs } from '../../src/infra/site-outputs.ts';
import { siteTags, tagSite } from '../../src/infra/site-tags.ts';
import { defineTopology } from '../../src/topology/define-topology.ts';
import { resolveStage, type Site } from '../../src/topology/resolve-stage.ts';
import type { TopologyInput } from '../../src/topology/topology-schema.ts';

/** A zone that exists. */
export const ZONE = { zoneName: 'example.com', hostedZoneId: 'Z0EXAMPLE' };

/** What the names of one Region synthesize to, without the rest of the backend, which takes seconds. */
export interface PlacedSite {
  readonly site: Site;
  readonly template: TemplateJson;
  /** The Region's part of `amplify_outputs.json`, with references in place of what is known at deployment. */
  readonly outputs: unknown;
}

/**
 * Places stage `main` of a topology in each of its Regions; it may be a single one.
 *
 * @param settings.strict whether each finding of template validation is an error, which takes a second each
 */
export function placedSites(
  regions: readonly [string, ...string[]],
  {
    strict = false,
    ...settings
  }: Pick<TopologyInput, 'domain' | 'edge' | 'routing'> & { readonly strict?: boolean },
): PlacedSite[] {
  const base = { project: 'shop', regions: ['eu-west-1', 'eu-central-1'] };
  const main = { ...settings, regions: [...regions] };
  const topology = defineTopology({ ...base, stages: { main } });
  return regions.map((region) =>
    place(resolveStage(topology, { backendType: 'branch', backendName: 'main', region }), strict),
  );
}

function place(site: Site, strict: boolean): PlacedSite {
  const context = { '@aws-cdk/core:validateAgainstDefaultRules': strict };
  const stack = new Stack(new App({ context, builtinCloudFormationValidation: strict }), 'Platform');
  const handler = new LambdaFunction(stack, 'Handler', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => ({})'),
  });
  const api = new RegionalApi(stack, 'Api', {
    apiName: site.apiName,
    routes: [],
    defaultHandler: handler,
    defaultThrottle: site.settings.throttle.traffic,
    allowOrigins: [],
    allowHeaders: [],
    exposeHeaders: [],
    accessLogGroupName: '/aws/vendedlogs/apis/shop',
    logRetentionDays: 7,
    executeApiEndpoint: zoneOf(site) === undefined,
  });
  const domain = new SiteDomain(stack, 'Domain', { site, api });
  const outputs = stack.resolve(siteOutputs(site, { api, domain }));
  tagSite(stack, site);
  const template = Template.fromStack(stack).toJSON();
  return { site, template: { Resources: template.Resources, Outputs: template.Outputs }, outputs };
}

/** Tags by which everything of a site is found, as a health check carries them. */
export function healthCheckTags(site: Site, name: string): object[] {
  return Object.entries({ Name: name, ...siteTags(site, site.region) })
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }));
}
