import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import type { StackAnswer } from './put-answer.ts';

/** What {@link createStackAnswerer} works with. */
export interface StackAnswererOptions {
  /** Finds the ARN of a table's stream, or says why not, before `signal` aborts. */
  readonly findStream: (tableName: string, signal: AbortSignal) => Promise<string>;
  readonly putAnswer: (url: string, answer: StackAnswer) => Promise<void>;
  /** Takes one line for each answer. */
  readonly log: (line: string) => void;
  /**
   * Time kept for the answer, as the function's own end would be silent: a second for a reason that comes late, and
   * the 23.5 s that `putAnswer` may take.
   * @default 30000
   */
  readonly answerMs?: number;
}

/** The handler of a custom resource: answers by {@link StackAnswererOptions.putAnswer}, and returns nothing. */
export type StackAnswerer = (
  event: CloudFormationCustomResourceEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<void>;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html */
const TABLE_NAME = /^[\w.-]{3,255}$/;

/** An answer may have 4,096 bytes, of which a character takes up to six once it is JSON. */
const REASON_CHARACTERS_MAX = 500;

/**
 * Makes the handler of the custom resource that is a table's stream. Whatever happens, CloudFormation is
 * answered: one that is not waits until the resource's `ServiceTimeout`, and then knows no reason.
 *
 * Nothing is made, so that Update looks again and Delete has nothing to do. The table's name is the
 * resource's identity.
 *
 * @throws what `putAnswer` throws; CloudFormation invokes without waiting, so that Lambda runs the function again
 */
export function createStackAnswerer(options: StackAnswererOptions): StackAnswerer {
  const { putAnswer, log, answerMs = 30_000 } = options;
  return async (event, context) => {
    const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - answerMs));
    const answer = await answerTo(event, { ...options, signal });
    const { Status: status, Reason: reason, PhysicalResourceId: tableName } = answer;
    log(
      JSON.stringify({
        timestamp: new Date().toISOString(),
        level: status === 'SUCCESS' ? 'INFO' : 'ERROR',
        message: reason ?? `Answered ${event.RequestType}`,
        tableName,
        ...answer.Data,
      }),
    );
    await putAnswer(event.ResponseURL, answer);
  };
}

async function answerTo(
  event: CloudFormationCustomResourceEvent,
  { findStream, signal }: Pick<StackAnswererOptions, 'findStream'> & { readonly signal: AbortSignal },
): Promise<StackAnswer> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const tableName: unknown = event.ResourceProperties?.tableName;
  const request = { StackId, RequestId, LogicalResourceId };
  if (event.RequestType === 'Delete') {
    return { Status: 'SUCCESS', PhysicalResourceId: event.PhysicalResourceId, ...request };
  }
  if (typeof tableName !== 'string' || !TABLE_NAME.test(tableName)) {
    const Reason = `Cannot look up a stream: tableName is ${JSON.stringify(tableName) ?? 'missing'}, the name of a table is needed. Correct the resource ${LogicalResourceId} in the template.`;
    return failed(Reason, { PhysicalResourceId: LogicalResourceId, ...request });
  }
  const identity = { PhysicalResourceId: tableName, ...request };
  try {
    const StreamArn = await Promise.race([findStream(tableName, signal), aborted(signal)]);
    return { Status: 'SUCCESS', ...identity, Data: { StreamArn } };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error), identity);
  }
}

function failed(reason: string, identity: Omit<StackAnswer, 'Status' | 'Reason' | 'Data'>): StackAnswer {
  return { Status: 'FAILED', Reason: reason.slice(0, REASON_CHARACTERS_MAX), ...identity };
}

/** Rejects a moment after the signal has aborted: whoever heeds the signal can still say what was missing. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const late = new Error(
      'Cannot look up the stream: DynamoDB has not answered in time, an answer is needed. Deploy again.',
    );
    signal.addEventListener('abort', () => setTimeout(() => reject(late), 1_000), { once: true });
  });
}
