import { type Stack, Tags } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Topology } from '../topology/define-topology.ts';
import { parseChanges } from '../topology/parse-changes.ts';
import { type BackendContext, type BackendType, resolveStage } from '../topology/resolve-stage.ts';

/** CDK context keys in which Amplify hands over the identity of a backend. */
const TYPE_KEY = 'amplify-backend-type';
const NAMESPACE_KEY = 'amplify-backend-namespace';
const NAME_KEY = 'amplify-backend-name';

/** CDK context key in which the local twin names its zone; nothing sets it for a deployment. */
const LOCAL_ZONE_KEY = 'local-zone-name';

/** CDK context key in which settings are tried out, as JSON; nothing sets it for a deployment. */
const CHANGES_KEY = 'stage-changes';

/**
 * What a backend has to know about itself: its stage by the identity in the CDK context, its Region by the
 * environment. Amplify's stack is environment-agnostic and knows its Region as a token only, while what
 * is made here depends on it; `ampx` sets `CDK_DEFAULT_REGION` for synthesis. The local twin adds its zone.
 *
 * @throws {TopologyError} where the stage has no replica in that Region
 */
export function backendContext(stack: Stack, topology: Topology): BackendContext {
  const backendType = backendTypeOf(stack.node.getContext(TYPE_KEY));
  // `ampx deploy --identifier main` calls every backend `backend`; the identifier is its namespace.
  const nameKey = backendType === 'standalone' ? NAMESPACE_KEY : NAME_KEY;
  return resolveStage(topology, {
    backendType,
    backendName: String(stack.node.getContext(nameKey)),
    region: process.env.CDK_DEFAULT_REGION ?? process.env.AWS_REGION,
    localZoneName: localZoneNameOf(stack.node.tryGetContext(LOCAL_ZONE_KEY)),
    changes: changesOf(stack.node.tryGetContext(CHANGES_KEY)),
  });
}

function backendTypeOf(value: unknown): BackendType {
  if (value === 'branch' || value === 'sandbox' || value === 'standalone') return value;
  throw new Error(
    `Cannot tell the stage: CDK context '${TYPE_KEY}' is '${String(value)}', 'branch', 'sandbox' or 'standalone' is needed. Synthesize with ampx or npm start`,
  );
}

function localZoneNameOf(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}

function changesOf(value: unknown): ReturnType<typeof parseChanges> | undefined {
  return value === undefined ? undefined : parseChanges(String(value));
}

/** Tags by which the platform's resources are found, and their cost told apart, in every Region. */
export function backendTags({ project, stage }: BackendContext, region: string): Record<string, string> {
  return { project, stage, region };
}

/** Tags everything under `scope` that can be tagged with its project, stage and Region. */
export function tagBackend(scope: IConstruct, context: BackendContext): void {
  for (const [key, value] of Object.entries(backendTags(context, context.region)))
    Tags.of(scope).add(key, value);
}

/** What a revision may look like: a Git commit, a tag, or one of these with a suffix. */
const REVISION = /^[\w][\w./-]{0,63}$/;

/**
 * The revision of the definition that is being deployed, as whoever deploys says in `PLATFORM_REVISION`; Amplify
 * Hosting says the commit that it builds in `AWS_COMMIT_ID`. `undefined` where nobody says, as in a sandbox or the
 * local twin.
 *
 * It is put out by the stack and answered by the function that is probed, so that what runs can be told from what
 * should, and a rollback knows where to go back to.
 *
 * @see https://docs.aws.amazon.com/amplify/latest/userguide/environment-variables.html
 * @throws {Error} where it is not made of 1 to 64 letters, digits, `.`, `_`, `-` or `/`
 */
export function revisionOf(variables: Readonly<Record<string, string | undefined>>): string | undefined {
  const revision = variables.PLATFORM_REVISION || variables.AWS_COMMIT_ID;
  if (revision === undefined || revision === '') return undefined;
  if (REVISION.test(revision)) return revision;
  throw new Error(
    `Cannot tell the revision: PLATFORM_REVISION is ${JSON.stringify(revision.slice(0, 80))}, 1 to 64 letters, digits, '.', '_', '-' or '/' are needed. Take the commit, as npm run deploy does, or leave it out`,
  );
}
