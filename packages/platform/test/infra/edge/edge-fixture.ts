import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { problemDefinition, problemType } from '../../../src/contract/problems.ts';
import { addEdge } from '../../../src/infra/edge/edge-stack.ts';
import type { BackendContext } from '../../../src/topology/resolve-stage.ts';
import type { TopologyInput } from '../../../src/topology/topology-schema.ts';
import { contextOf, type Regions, STRICT } from '../backend-fixture.ts';
import { ZONE } from '../domain-fixture.ts';
import { one } from '../template-queries.ts';

/** Settings of a stage with an edge; anything may differ. */
type EdgeSettings = Pick<TopologyInput, 'domain' | 'edge' | 'http' | 'routing'>;

/** What the API calls a body that is too large. */
export const TOO_LARGE = {
  type: problemType('body-too-large'),
  title: problemDefinition('body-too-large').title,
  remedy: problemDefinition('body-too-large').remedy,
};

/** What one Region of stage `main` of project `shop` makes beside its backend. */
interface DeployedEdge {
  readonly app: App;
  readonly backend: Stack;
  readonly edge: Stack | undefined;
}

/** Where the edge is looked for; the first is the primary. */
interface EdgeTarget {
  readonly regions?: Regions;
  /** @default - the primary */
  readonly region?: string;
  /** Whether each finding of template validation is an error, which takes a second. @default false */
  readonly strict?: boolean;
}

/** Stage `main` in one of its Regions, with CloudFront and a domain unless something else is said. */
export function edgeContext(settings: EdgeSettings = {}, target: EdgeTarget = {}): BackendContext {
  const routing = (target.regions ?? []).length > 2 ? { policy: 'latency' as const } : {};
  const edge = { cloudFront: true, ...settings.edge };
  return contextOf({ domain: ZONE, ...settings, routing: { ...routing, ...settings.routing }, edge }, target);
}

/** Puts the edge beside a backend's stack, as a deployment of that Region would. */
export function deployedEdge(settings: EdgeSettings = {}, target: EdgeTarget = {}): DeployedEdge {
  const { strict = false } = target;
  const app = new App({ context: strict ? STRICT : {}, builtinCloudFormationValidation: strict });
  const backend = new Stack(app, 'Backend');
  const edge = addEdge(backend, edgeContext(settings, target));
  return { app, backend, edge };
}

/** The template of the edge that the primary makes. */
export function edgeTemplate(settings: EdgeSettings = {}, target: EdgeTarget = {}): Template {
  return Template.fromStack(one(deployedEdge(settings, target).edge));
}

/** Properties of the only resource of that type. */
export function onlyOf(template: Template, type: string): Record<string, unknown> {
  const found = Object.values(template.findResources(type));
  if (found.length !== 1) throw new Error(`${found.length} of ${type}, 1 expected`);
  return Object(one(found[0]).Properties);
}
