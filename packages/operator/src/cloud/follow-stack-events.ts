import { paginateDescribeStackEvents, type StackEvent } from '@aws-sdk/client-cloudformation';
import { askAws, isTransient } from './cloud-error.ts';
import type { RegionClients } from './region-clients.ts';

/** Pages of 100 events to go back at most: an operation on a stack of this size has one or two. */
const PAGES_MAX = 20;

/** What the stack's own status is when somebody asks for something; events before that are of earlier operations. */
const BEGUN = new Set<string | undefined>([
  'REVIEW_IN_PROGRESS',
  'CREATE_IN_PROGRESS',
  'UPDATE_IN_PROGRESS',
  'DELETE_IN_PROGRESS',
  'IMPORT_IN_PROGRESS',
]);

/**
 * The events of the operation that a stack is in, or was in last, newest first; those of nested stacks are not among them.
 * Goes back no further than `seen` says.
 *
 * @param seen ids of events that are known
 * @throws {CloudError} when CloudFormation cannot be asked
 */
async function latestStackEvents(
  { region, cloudFormation }: RegionClients,
  stackId: string,
  { seen = new Set(), signal }: { readonly seen?: ReadonlySet<string>; readonly signal?: AbortSignal } = {},
): Promise<readonly StackEvent[]> {
  return askAws({ act: 'read the events of the stack', region }, async () => {
    const found: StackEvent[] = [];
    let pages = 0;
    const asked = paginateDescribeStackEvents(
      { client: cloudFormation },
      { StackName: stackId },
      ...(signal ? [{ abortSignal: signal }] : []),
    );
    for await (const { StackEvents = [] } of asked) {
      for (const event of StackEvents) {
        if (event.EventId !== undefined && seen.has(event.EventId)) return found;
        found.push(event);
        if (isBeginning(event)) return found;
      }
      pages += 1;
      if (pages >= PAGES_MAX) break;
    }
    return found;
  });
}

/** Tells each event of the operation under way once, oldest first, whenever it is called. What cannot be read now is told later. */
export function followStackEvents(
  clients: RegionClients,
  stackId: string,
  onEvent: (event: StackEvent) => void,
): (signal?: AbortSignal) => Promise<void> {
  const seen = new Set<string>();
  return async (signal) => {
    try {
      const events = await latestStackEvents(clients, stackId, { seen, ...(signal && { signal }) });
      for (const event of [...events].reverse()) {
        if (event.EventId !== undefined) seen.add(event.EventId);
        onEvent(event);
      }
    } catch (error) {
      // Events are told for a person's sake: a stack that is gone has none, and the wait must not end for them.
      if (!isTransient(error) && !isStackGone(error)) throw error;
    }
  };
}

function isBeginning({ StackId, PhysicalResourceId, ResourceStatus }: StackEvent): boolean {
  return PhysicalResourceId === StackId && BEGUN.has(ResourceStatus);
}

function isStackGone(error: unknown): boolean {
  return error instanceof Error && error.name === 'ValidationError';
}
