import type { Fault } from './twin-fault.ts';
import { NotATwinError, readTwinState, type TwinState } from './twin-state.ts';

/** The key of the twin's operator, who may evacuate regions. */
export interface OperatorKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The twin refused, or did not answer. The message says what to do. */
export class TwinRequestError extends Error {
  override readonly name = 'TwinRequestError';
}

/** The state takes milliseconds; a region that hangs is waited for by the twin itself, for up to five seconds. */
const STATE_TIMEOUT_MS = 8_000;
/** A region that is started has twenty seconds to come up. */
const FAULT_TIMEOUT_MS = 30_000;

/**
 * The state of the twin that serves this page.
 *
 * @throws {NotATwinError} when something else answers
 * @throws {TwinRequestError} when nothing does
 */
export async function getTwinState(signal: AbortSignal): Promise<TwinState> {
  const response = await ask('/_twin/state', { signal, timeoutMs: STATE_TIMEOUT_MS });
  // Amplify Hosting answers a path that it does not have with index.html.
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  if (!isJson || response.status === 404)
    throw new NotATwinError(
      "Cannot read the twin's state: there is no control API here, a running twin is needed. Start it with: npm start",
    );
  if (!response.ok) throw new TwinRequestError(await refusalOf(response));
  return readTwinState(await response.json());
}

/**
 * Injects a fault and resolves with the state after it.
 *
 * @throws {TwinRequestError} when the twin refuses, in its words, or does not answer
 */
export async function postFault(fault: Fault, signal: AbortSignal): Promise<TwinState> {
  const response = await ask('/_twin/faults', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
    signal,
    timeoutMs: FAULT_TIMEOUT_MS,
  });
  if (!response.ok) throw new TwinRequestError(await refusalOf(response));
  return readTwinState(await response.json());
}

/**
 * The key of the twin's operator.
 *
 * @throws {TwinRequestError} when the twin does not give it
 */
export async function getOperatorKey(signal: AbortSignal): Promise<OperatorKey> {
  const response = await ask('/_twin/operator', { signal, timeoutMs: STATE_TIMEOUT_MS });
  if (!response.ok) throw new TwinRequestError(await refusalOf(response));
  const key: unknown = await response.json().catch(() => null);
  if (isOperatorKey(key)) return key;
  throw new TwinRequestError(
    'Cannot sign as operator: the twin gave no key, one is needed. Start it anew with: npm start',
  );
}

async function ask(
  path: string,
  { signal, timeoutMs, ...init }: RequestInit & { signal: AbortSignal; timeoutMs: number },
): Promise<Response> {
  try {
    return await fetch(path, {
      ...init,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw new TwinRequestError(
      'Cannot reach the twin: it does not answer, a running one is needed. Start it with: npm start',
      { cause },
    );
  }
}

async function refusalOf(response: Response): Promise<string> {
  const problem: unknown = await response.json().catch(() => null);
  const detail = typeof problem === 'object' && problem !== null ? Reflect.get(problem, 'detail') : undefined;
  return typeof detail === 'string'
    ? detail
    : `Cannot ask the twin: it answered ${response.status}, a running one is needed. Start it with: npm start`;
}

function isOperatorKey(value: unknown): value is OperatorKey {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'accessKeyId') === 'string' &&
    typeof Reflect.get(value, 'secretAccessKey') === 'string'
  );
}
