import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { InvocationResult } from '../lambda/invocation-result.ts';
import { type CustomResourceDefinition, createEventOf } from './custom-resource-definition.ts';
import { type DeferredValues, withDeferred } from './deferred-value.ts';
import {
  type ResponseListener,
  readCustomResourceResponse,
  startResponseListener,
} from './response-listener.ts';

/** What custom resources are made with. */
export interface CreateCustomResourcesOptions {
  readonly invoke: (
    functionName: string,
    event: unknown,
    options: { signal: AbortSignal },
  ) => Promise<InvocationResult>;
  /**
   * Told of all values so far after each resource: the function behind the next one may need them.
   *
   * @default - nobody
   */
  readonly onValues?: (values: DeferredValues) => void;
  /** Where the functions' lines go, for messages. */
  readonly logFile: string;
  /** How long one resource may take. CloudFormation waits an hour, a person does not. @default 10000 */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** An answer that was sent before the handler returned may still be on its way. */
const AFTER_RETURN_MS = 1_000;

/**
 * Creates custom resources one after the other, in the order given, as CloudFormation does: it invokes the function
 * behind each and waits for what that sends to the response URL. Nothing is remembered between two runs of a region,
 * so that each begins with `Create`, and `Update` and `Delete` are never sent.
 *
 * @throws {CustomResourceError} for the first that failed, did not answer in time, or lacks what is needed of it
 */
export async function createCustomResources(
  definitions: readonly CustomResourceDefinition[],
  options: CreateCustomResourcesOptions,
): Promise<DeferredValues> {
  if (definitions.length === 0) return {};
  const listener = await startResponseListener();
  const values: Record<string, Readonly<Record<string, string>>> = {};
  try {
    for (const definition of definitions) {
      const resolved = withDeferred(definition, values);
      values[definition.resourceId] = await createCustomResource(resolved, { ...options, listener });
      options.onValues?.(values);
    }
  } finally {
    await listener.close();
  }
  return values;
}

async function createCustomResource(
  definition: CustomResourceDefinition,
  options: CreateCustomResourcesOptions & { readonly listener: ResponseListener },
): Promise<Readonly<Record<string, string>>> {
  const { invoke, listener, logFile, timeoutMs = TIMEOUT_MS } = options;
  const { url, body } = listener.expect();
  const event = createEventOf(definition, { requestId: randomUUID(), responseUrl: url });
  const ending = new AbortController();
  const failed = (reason: string) => new CustomResourceError(definition, reason, { logFile });
  const timeout = delay(timeoutMs, undefined, { signal: ending.signal }).then(() => {
    throw failed(`did not answer within ${timeoutMs / 1_000} s`);
  });
  const invoked = invoke(definition.functionName, event, ending);
  const returned = invoked.then(async (result) => {
    if (result.outcome === 'success') await delay(AFTER_RETURN_MS, undefined, { signal: ending.signal });
    throw failed(describe(result));
  });
  // Whichever loses is ended below, and its rejection is nobody's any more.
  timeout.catch(() => undefined);
  returned.catch(() => undefined);
  try {
    const response = readCustomResourceResponse(await Promise.race([body, returned, timeout]), event);
    // The function still has to hear that its answer was taken, before the listener is closed.
    const grace = delay(AFTER_RETURN_MS, undefined, { signal: ending.signal });
    await Promise.race([invoked, grace]).catch(() => undefined);
    grace.catch(() => undefined);
    if ('failure' in response) throw failed(response.failure);
    const missing = definition.attributes.find((attribute) => response.values[attribute] === undefined);
    if (missing !== undefined) throw failed(`answered without the attribute ${missing} in Data`);
    return response.values;
  } finally {
    ending.abort();
  }
}

function describe(result: InvocationResult): string {
  switch (result.outcome) {
    case 'success':
      return 'returned without an answer to the ResponseURL';
    case 'function-error':
      return `failed with ${result.error.errorType}: ${result.error.errorMessage}`;
    case 'rejected':
      return `could not be invoked (${result.code}: ${result.message})`;
  }
}

/**
 * A custom resource could not be made. The message is one line: which resource, why, and where its function's log is,
 * so that it can be shown to a person as it is.
 */
export class CustomResourceError extends Error {
  override readonly name = 'CustomResourceError';
  readonly logicalId: string;

  constructor(
    { logicalId, type, functionName }: CustomResourceDefinition,
    reason: string,
    { logFile, cause }: { logFile: string; cause?: unknown },
  ) {
    super(
      `Cannot create custom resource ${logicalId} (${type}): its function ${functionName} ${reason.replaceAll(/\s+/g, ' ')}. ` +
        `Correct the function; its log is ${logFile}.`,
      cause === undefined ? undefined : { cause },
    );
    this.logicalId = logicalId;
  }
}
