import type { Stack } from 'aws-cdk-lib';
import type { Topology } from '../topology/define-topology.ts';
import { parseChanges } from '../topology/parse-changes.ts';
import { type BackendType, resolveStage, type Site } from '../topology/resolve-stage.ts';

/** CDK context keys in which Amplify hands over the identity of a backend. */
const TYPE_KEY = 'amplify-backend-type';
const NAMESPACE_KEY = 'amplify-backend-namespace';
const NAME_KEY = 'amplify-backend-name';

/** CDK context key in which the local twin names its zone; nothing sets it for a deployment. */
const LOCAL_ZONE_KEY = 'local-zone-name';

/** CDK context key in which settings are tried out, as JSON; nothing sets it for a deployment. */
const CHANGES_KEY = 'stage-changes';

/**
 * The site that a backend is: its stage by the identity in the CDK context, its Region by the
 * environment. Amplify's stack is environment-agnostic and knows its Region as a token only, while what
 * is made here depends on it; `ampx` sets `CDK_DEFAULT_REGION` for synthesis. The local twin adds its zone.
 *
 * @throws {TopologyError} where the stage has no replica in that Region
 */
export function siteOf(stack: Stack, topology: Topology): Site {
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
