import type { Stack } from '@aws-sdk/client-cloudformation';
import { isEdgeOnly, isInvalidOutputsError, regionsOf } from '@gsp/client/fetch';
import { z } from 'zod';

/** The root stack of a stage in one Region, with what it puts out. */
export interface BackendStack {
  readonly region: string;
  readonly stackName: string;
  readonly stackId: string;
  /** CloudFormation's, as in `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly statusReason: string | null;
  readonly createdAtMs: number;
  /** When it was last updated; when it was made, where it never was. */
  readonly updatedAtMs: number;
  /** The Region's part of `amplify_outputs.json`, as JSON. Null until the stack is made. */
  readonly customOutputs: string | null;
  /** Revision of the definition it was made from; null where none was told at synthesis. */
  readonly revision: string | null;
  /** Where the Region's API is, without a final slash. */
  readonly apiEndpoint: string | null;
  /** Where traffic has to go, where the Region lets none in but through the edge. Absent otherwise. */
  readonly edgeEndpoint?: string;
  /** `primary` or `secondary`, as it was when it was deployed. */
  readonly role: string | null;
  readonly terminationProtection: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** Nothing failed and nothing was taken back: what was last asked for is there. */
const COMPLETE = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE']);

/** A change set that nobody carried out: it stays so for ever. */
const IN_REVIEW = 'REVIEW_IN_PROGRESS';

/**
 * Whether CloudFormation is done with the stack, well or not.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 */
export function isSettled(status: string): boolean {
  return status === IN_REVIEW || !status.endsWith('_IN_PROGRESS');
}

/** Whether the last create, update or import is there as it was asked for. A rollback that succeeded is not that. */
export function isComplete(status: string): boolean {
  return COMPLETE.has(status);
}

/** A stack as CloudFormation describes it, as a {@link BackendStack}. What its outputs do not say is null. */
export function describeBackendStack(stack: Stack, region: string): BackendStack {
  const customOutputs =
    stack.Outputs?.find(({ OutputKey }) => OutputKey === 'customOutputs')?.OutputValue ?? null;
  const createdAtMs = stack.CreationTime?.getTime() ?? 0;
  return {
    region,
    stackName: stack.StackName ?? '',
    stackId: stack.StackId ?? '',
    status: stack.StackStatus ?? '',
    statusReason: stack.StackStatusReason ?? null,
    createdAtMs,
    updatedAtMs: stack.LastUpdatedTime?.getTime() ?? createdAtMs,
    customOutputs,
    ...saidBy(customOutputs, region),
    terminationProtection: stack.EnableTerminationProtection ?? false,
    tags: tagsOf(stack),
  };
}

const outputsSchema = z.object({
  custom: z.object({
    API: z.record(z.string(), z.object({ endpoint: z.string() })),
    platform: z.object({
      regions: z.record(
        z.string(),
        z.object({ role: z.string(), apiName: z.string(), revision: z.string().optional() }),
      ),
    }),
  }),
});

/** Outputs of another version say nothing here: a stack must be found, and be deletable, whatever it puts out. */
function saidBy(
  customOutputs: string | null,
  region: string,
): Pick<BackendStack, 'revision' | 'apiEndpoint' | 'edgeEndpoint' | 'role'> {
  const outputs = parsed(customOutputs);
  const { success, data } = outputsSchema.safeParse(outputs);
  const own = success ? data.custom.platform.regions[region] : undefined;
  const endpoint = own && data?.custom.API[own.apiName]?.endpoint;
  const edgeEndpoint = edgeOf(outputs);
  return {
    revision: own?.revision ?? null,
    apiEndpoint: endpoint?.replace(/\/+$/, '') ?? null,
    ...(edgeEndpoint !== undefined && { edgeEndpoint }),
    role: own?.role ?? null,
  };
}

function edgeOf(outputs: unknown): string | undefined {
  if (!isEdgeOnly(outputs)) return undefined;
  try {
    return regionsOf(outputs, 'global')[0]?.endpoint;
  } catch (error) {
    if (isInvalidOutputsError(error)) return undefined;
    throw error;
  }
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** Tags of a stack, key to value. */
export function tagsOf({ Tags = [] }: Stack): Record<string, string> {
  return Object.fromEntries(
    Tags.flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? '']])),
  );
}
