import type { Stack } from '@aws-sdk/client-cloudformation';
import { type ParsedOutputs, parseOutputs } from '@gsp/client/fetch';
import { platformOutputsSchema } from '@gsp/platform/contract';

/** A root stack of a stage in one Region, with what it puts out: that of a table or an edge puts nothing out. */
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
  /** By which policy the global name is routed, `unknown` where it was deployed before 0.4. Absent without a domain. */
  readonly routingPolicy?: string;
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

/** Outputs of another version say nothing here: a stack must be found, and be deletable, whatever it puts out. */
function saidBy(
  customOutputs: string | null,
  region: string,
): Pick<BackendStack, 'revision' | 'apiEndpoint' | 'edgeEndpoint' | 'routingPolicy' | 'role'> {
  const outputs = parsed(customOutputs);
  const own = outputs?.regions.find((each) => each.region === region);
  return {
    revision: own?.revision ?? null,
    apiEndpoint: own?.endpoint ?? null,
    ...(outputs?.isEdgeOnly && outputs.global !== null && { edgeEndpoint: outputs.global.endpoint }),
    ...(outputs !== null && outputs.global !== null && { routingPolicy: policyIn(outputs.content) }),
    role: own?.role ?? null,
  };
}

function policyIn(content: object): string {
  const custom = platformOutputsSchema.safeParse('custom' in content ? content.custom : null);
  return custom.data?.platform.domain?.policy ?? 'unknown';
}

function parsed(text: string | null): ParsedOutputs | null {
  try {
    return parseOutputs(JSON.parse(text ?? 'null'));
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
