import { CommandError, withTimeout } from '@gsp/cli-kit';
import { type CloudReason, KNOWN_FAILURES, SERVER_FAILURE } from './known-failures.ts';

/** AWS cannot be asked, or what it answers is not what is needed. The message is for a person. */
export class CloudError extends CommandError {
  override readonly name = 'CloudError';
  readonly reason: CloudReason;

  constructor(
    message: string,
    { reason = 'state', cause }: { readonly reason?: CloudReason; readonly cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}

/** Whether the same question may be answered a little later. */
export function isTransient(error: unknown): boolean {
  return error instanceof CloudError && (error.reason === 'unreachable' || error.reason === 'unavailable');
}

/** What was being done, for the message: `Cannot <act> in <region>: …`. */
export interface CloudAct {
  /** A verb and its object, as in `read the stack`. */
  readonly act: string;
  readonly region: string;
}

/**
 * Turns what the SDK throws into a {@link CloudError} that names act, Region and remedy. Anything that is not
 * about asking AWS as such, for instance what a service says of its own matters, is returned as it is.
 */
export function translateAwsError(error: unknown, { act, region }: CloudAct): unknown {
  if (!(error instanceof Error) || error instanceof CloudError || error.name === 'AbortError') return error;
  const codes = codesOf(error);
  const known = KNOWN_FAILURES.find((fault) => codes.some((code) => fault.codes.has(code)));
  const found = known ?? (isServerFault(error) ? SERVER_FAILURE : undefined);
  if (!found) return error;
  const said = error.message.trim().replace(/\.$/, '');
  const detail = said === '' ? '' : ` AWS's client says: ${said}.`;
  return new CloudError(`Cannot ${act} in ${region}: ${found.state}. ${found.remedy}${detail}`, {
    reason: found.reason,
    cause: error,
  });
}

/**
 * Runs a call to AWS and translates what it throws.
 *
 * @throws {CloudError} as {@link translateAwsError} tells; anything else as it was thrown
 */
export async function askAws<T>(doing: CloudAct, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translateAwsError(error, doing);
  }
}

/**
 * Does something that asks AWS, for a limited time, all attempts and pages together.
 *
 * @throws {CloudError} when time is up; whatever `work` throws before that
 */
export function withAwsTimeout<T>(
  { act, region, timeoutMs }: CloudAct & { readonly timeoutMs: number },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withTimeout(work, {
    timeoutMs,
    timedOut: (cause) =>
      // The SDK throws an error of its own for a signal, which does not say why.
      cause instanceof CloudError
        ? cause
        : new CloudError(
            `Cannot ${act} in ${region}: there is no answer within ${timeoutMs / 1_000} s, one is needed. ` +
              'Check the network, then the AWS Health Dashboard.',
            { reason: 'unreachable', cause },
          ),
  });
}

/** Names and codes of an error and of what caused it: the system's code is often one or two causes down. */
function codesOf(error: Error): readonly string[] {
  const codes: string[] = [];
  const queue: unknown[] = [error];
  for (let seen = 0; queue.length > 0 && seen < 8; seen += 1) {
    const next = queue.shift();
    if (!(next instanceof Error)) continue;
    if (isExpiredSession(next)) codes.push('ExpiredToken');
    codes.push(next.name, ...('code' in next && typeof next.code === 'string' ? [next.code] : []));
    queue.push(next.cause, ...(next instanceof AggregateError ? next.errors : []));
  }
  return codes;
}

/** An expired sign-in is told by the client itself, with the same name as where there is none. */
function isExpiredSession({ name, message }: Error): boolean {
  return /^(Credentials|Token)ProviderError$/.test(name) && /expired/i.test(message);
}

function isServerFault(error: Error): boolean {
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return false;
  return typeof metadata.httpStatusCode === 'number' && metadata.httpStatusCode >= 500;
}
