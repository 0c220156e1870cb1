import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { placeEdge } from '../../../src/infra/edge/place-edge.ts';
import { defineTopology } from '../../../src/topology/define-topology.ts';
import { resolveStage, type Site } from '../../../src/topology/resolve-stage.ts';
import type { TopologyInput } from '../../../src/topology/topology-schema.ts';
import { ZONE } from '../placed-site.ts';
import { one } from '../template-queries.ts';

/** Settings of a stage with an edge; anything may differ. */
type EdgeSettings = Pick<TopologyInput, 'domain' | 'edge' | 'http' | 'routing'>;

/** What the API calls a body that is too large. */
export const TOO_LARGE = {
  type: 'urn:problem-type:shop:body-too-large',
  title: 'Too large',
  remedy: 'Less.',
};

/** What one Region of stage `main` of project `shop` makes beside its backend. */
interface PlacedEdge {
  readonly app: App;
  readonly backend: Stack;
  readonly edge: Stack | undefined;
}

/** Where the edge is looked for; the first is the primary. */
interface EdgePlace {
  readonly regions?: readonly [string, ...string[]];
  /** @default - the primary */
  readonly region?: string;
  /** Whether each finding of template validation is an error, which takes a second. @default false */
  readonly strict?: boolean;
}

/** Stage `main` in one of its Regions, with CloudFront and a domain unless something else is said. */
export function edgeSite(settings: EdgeSettings = {}, place: EdgePlace = {}): Site {
  const { regions = ['eu-west-1', 'eu-central-1'], region = regions[0] } = place;
  const routing = regions.length > 2 ? { policy: 'latency' as const } : {};
  const topology = defineTopology({
    project: 'shop',
    regions: ['eu-west-1', 'eu-central-1'],
    stages: {
      main: {
        regions: [...regions],
        domain: ZONE,
        ...settings,
        routing: { ...routing, ...settings.routing },
        edge: { cloudFront: true, ...settings.edge },
      },
    },
  });
  return resolveStage(topology, { backendType: 'branch', backendName: 'main', region });
}

/** Places the edge beside a backend's stack, as a deployment of that Region would. */
export function placedEdge(settings: EdgeSettings = {}, place: EdgePlace = {}): PlacedEdge {
  const { strict = false } = place;
  const context = { '@aws-cdk/core:validateAgainstDefaultRules': strict };
  const app = new App({ context, builtinCloudFormationValidation: strict });
  const backend = new Stack(app, 'Backend');
  const edge = placeEdge(backend, { site: edgeSite(settings, place), bodyTooLarge: TOO_LARGE });
  return { app, backend, edge };
}

/** The template of the edge that the primary makes. */
export function edgeTemplate(settings: EdgeSettings = {}, place: EdgePlace = {}): Template {
  return Template.fromStack(one(placedEdge(settings, place).edge));
}

/** Properties of the only resource of that type. */
export function onlyOf(template: Template, type: string): Record<string, unknown> {
  const found = Object.values(template.findResources(type));
  if (found.length !== 1) throw new Error(`${found.length} of ${type}, 1 expected`);
  return Object(one(found[0]).Properties);
}
