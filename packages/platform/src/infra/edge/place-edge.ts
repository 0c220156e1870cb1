import { type Stack, Stage } from 'aws-cdk-lib';
import type { Site } from '../../topology/resolve-stage.ts';
import { zoneOf } from '../site-domain.ts';
import { EdgeStack } from './edge-stack.ts';
import type { EdgeProblem } from './refusal-bodies.ts';

/** What {@link placeEdge} puts beside a backend. */
export interface PlaceEdgeOptions {
  readonly site: Site;
  /** What the API calls a body that is too large. */
  readonly bodyTooLarge: EdgeProblem;
}

/**
 * Puts the edge beside the primary's backend, as a root stack: `ampx` deploys every root stack that it finds. A secondary
 * has none, as a stage has one, and so has a stage without names of its own, or whose zone is still to be made.
 *
 * The backend is deployed after it. The other way round, a stack of the edge that fails would leave a Region that takes
 * requests of an edge only which is not there:
 *
 *     edge    fails ............ the backend is as it was, and answers
 *     backend enforces .. edge fails .. there is no secret by which it could let anybody in
 */
export function placeEdge(backend: Stack, { site, bodyTooLarge }: PlaceEdgeOptions): EdgeStack | undefined {
  const zone = zoneOf(site);
  if (!site.settings.edge.cloudFront || site.role !== 'primary' || zone === undefined) return undefined;
  const app = Stage.of(backend);
  if (app === undefined) {
    throw new Error(
      `Cannot place the edge: the stack ${backend.stackName} belongs to no app, one is needed. Synthesize with ampx or npm start`,
    );
  }
  const edge = new EdgeStack(app, 'Edge', { site, zone, bodyTooLarge });
  backend.addStackDependency(edge, 'It lets in only what the edge sends.');
  return edge;
}
