import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { backendTags, tagBackend } from '../../src/infra/backend-context.ts';
import { BackendDomain } from '../../src/infra/backend-domain.ts';
import { backendOutputs } from '../../src/infra/backend-outputs.ts';
import type { BackendContext } from '../../src/topology/resolve-stage.ts';
import type { TopologyInput } from '../../src/topology/topology-schema.ts';
import { apiIn, contextOf, functionIn, type Regions, STRICT } from './backend-fixture.ts';
import type { TemplateJson } from './template-queries.ts';

/** A zone that exists. */
export const ZONE = { zoneName: 'example.com', hostedZoneId: 'Z0EXAMPLE' };

/** What the names of one Region synthesize to, without the rest of the backend, which takes seconds. */
export interface NamedRegion {
  readonly context: BackendContext;
  readonly template: TemplateJson;
  /** The Region's part of `amplify_outputs.json`, with references in place of what is known at deployment. */
  readonly outputs: unknown;
}

/**
 * Names stage `main` in each of its Regions; it may be a single one.
 *
 * @param settings.strict whether each finding of template validation is an error, which takes a second each
 */
export function namedRegions(
  regions: Regions,
  {
    strict = false,
    ...settings
  }: Pick<TopologyInput, 'domain' | 'edge' | 'routing'> & { readonly strict?: boolean },
): NamedRegion[] {
  return regions.map((region) => nameRegion(contextOf(settings, { regions, region }), strict));
}

function nameRegion(context: BackendContext, strict: boolean): NamedRegion {
  const app = new App({ context: strict ? STRICT : {}, builtinCloudFormationValidation: strict });
  const stack = new Stack(app, 'Platform');
  const api = apiIn(stack, context, functionIn(stack, 'Handler'));
  const domain = new BackendDomain(stack, 'Domain', { context, api });
  const outputs = stack.resolve(backendOutputs(context, { api, domain }));
  tagBackend(stack, context);
  const template = Template.fromStack(stack).toJSON();
  return { context, template: { Resources: template.Resources, Outputs: template.Outputs }, outputs };
}

/** Tags by which everything of a backend is found, as a health check carries them. */
export function healthCheckTags(context: BackendContext, name: string): object[] {
  return Object.entries({ Name: name, ...backendTags(context, context.region) })
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }));
}
