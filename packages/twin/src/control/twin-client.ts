import { isRecord } from '../json-value.ts';
import type { TwinState } from './twin-state.ts';

/** A fault of one region. Times in milliseconds, shares from 0 to 1. */
export type RegionFault =
  | { readonly region: string; readonly kind: 'stop' | 'kill' | 'start' | 'heal' }
  | { readonly region: string; readonly kind: 'clock'; readonly offsetMs: number }
  | { readonly region: string; readonly kind: 'slow'; readonly delayMs: number }
  | { readonly region: string; readonly kind: 'error' | 'throttle'; readonly share: number };

/** A fault of one direction of a replication link, from the first region to the second. */
export type LinkFault =
  | { readonly link: readonly [from: string, to: string]; readonly kind: 'cut' | 'heal' }
  | { readonly link: readonly [from: string, to: string]; readonly kind: 'delay'; readonly delayMs: number };

/** What can be broken in a twin, or healed: the body of `POST /_twin/faults`. */
export type Fault = RegionFault | LinkFault;

/** The key of the twin's operator, who may call routes with IAM authorization. */
export interface OperatorKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A twin did not do what it was asked. The message is for a person, and says what to do. */
export class TwinRequestError extends Error {
  override readonly name = 'TwinRequestError';
  readonly isExpected = true;
  /** `NotATwin`: something else answered, or a twin of another version. `Refused`: in the twin's own words. */
  readonly code: 'Unreachable' | 'NotATwin' | 'Refused';

  constructor(code: TwinRequestError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Asks a running twin through its control API. No redirect is followed, and no answer is read without end.
 *
 * Every call rejects with a {@link TwinRequestError}, or with the reason of its signal.
 */
export interface TwinClient {
  state(signal: AbortSignal): Promise<TwinState>;
  /** Carries a fault out and resolves with the state after it. */
  inject(fault: Fault, signal: AbortSignal): Promise<TwinState>;
  operatorKey(signal: AbortSignal): Promise<OperatorKey>;
}

/** The state takes milliseconds; a region that hangs is waited for by the twin itself, for up to five seconds. */
const STATE_TIMEOUT_MS = 8_000;
/** A region that is started has twenty seconds to come up. */
const FAULT_TIMEOUT_MS = 45_000;
/** The state of two regions takes some 20 kB. */
const ANSWER_CHARS_MAX = 8_000_000;

const START = 'Start it with: npm start';

/**
 * A client of the twin whose control API is at `origin`; without one, of the twin that serves this page.
 *
 * @param stateTimeoutMs - how long a state may take @default 8000
 */
export function createTwinClient(
  origin = '',
  { stateTimeoutMs = STATE_TIMEOUT_MS }: { readonly stateTimeoutMs?: number } = {},
): TwinClient {
  const ask = (path: string, init: AskOptions) => askTwin(`${origin}/_twin/${path}`, init);
  return {
    state: async (signal) => parseTwinState(await ask('state', { signal, timeoutMs: stateTimeoutMs })),
    inject: async (fault, signal) =>
      parseTwinState(
        await ask('faults', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(fault),
          signal,
          timeoutMs: FAULT_TIMEOUT_MS,
        }),
      ),
    operatorKey: async (signal) => {
      const key = await ask('operator', { signal, timeoutMs: STATE_TIMEOUT_MS });
      if (isOperatorKey(key)) return key;
      throw new TwinRequestError(
        'NotATwin',
        'Cannot sign as operator: the twin gave no key, one is needed. Start it anew with: npm start',
      );
    },
  };
}

type AskOptions = RequestInit & { readonly signal: AbortSignal; readonly timeoutMs: number };

async function askTwin(url: string, { signal, timeoutMs, ...init }: AskOptions): Promise<unknown> {
  let response: Response;
  let text: string;
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    response = await fetch(url, { ...init, redirect: 'error', signal: limit });
    text = await readText(response);
  } catch (cause) {
    signal.throwIfAborted();
    const who = url.startsWith('/') ? 'it' : new URL(url).origin;
    const message = `Cannot reach the twin: ${who} does not answer, a running one is needed. ${START}`;
    throw new TwinRequestError('Unreachable', message, { cause });
  }
  // Amplify Hosting answers a path that it does not have with index.html.
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const answer = isJson ? parseJson(text) : undefined;
  if (answer === undefined || response.status === 404) {
    const message = `Cannot read the twin's state: there is no control API here, a running twin is needed. ${START}`;
    throw new TwinRequestError('NotATwin', message);
  }
  if (response.ok) return answer;
  const detail = isRecord(answer) ? answer.detail : undefined;
  throw new TwinRequestError(
    'Refused',
    typeof detail === 'string'
      ? detail
      : `Cannot ask the twin: it answered ${response.status}, a running one is needed. ${START}`,
  );
}

async function readText(response: Response): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const chunk = await reader?.read();
    if (chunk === undefined || chunk.done) return text;
    text += chunk.value;
    if (text.length > ANSWER_CHARS_MAX) {
      await reader?.cancel();
      throw new RangeError(`The answer is longer than ${ANSWER_CHARS_MAX} characters.`);
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Takes an answer of `GET /_twin/state` for what it claims to be once its essentials are there.
 *
 * @throws {TwinRequestError} `NotATwin`, naming the first thing that is missing
 */
export function parseTwinState(value: unknown): TwinState {
  const missing = firstMissing(value);
  if (missing === null) return value as TwinState;
  throw new TwinRequestError(
    'NotATwin',
    `Cannot read the twin's state: ${missing}, the answer of a running twin is needed. ${START}`,
  );
}

function firstMissing(value: unknown): string | null {
  if (!isRecord(value)) return 'it is no JSON object';
  const { regions, links, route53, dns, timeScale, lagMs } = value;
  const isRegion = (region: unknown) => hasStrings(region, ['region', 'status', 'api', 'address']);
  if (!Array.isArray(regions) || !regions.every(isRegion)) return 'it has no list of regions';
  if (!Array.isArray(links) || !links.every((link) => hasStrings(link, ['from', 'to'])))
    return 'it has no list of links';
  if (typeof timeScale !== 'number' || !isRecord(lagMs)) return 'it has no time scale or lag';
  if (!hasStrings(value, ['dataDir', 'credentialsFile'])) return 'it has no data directory';
  if (dns !== null && !hasStrings(dns, ['host', 'name', 'routedName'])) return 'it has no DNS server';
  if (route53 === null) return null;
  const lists = isRecord(route53) ? [route53.checks, route53.records, route53.answers] : [undefined];
  return lists.every(Array.isArray) ? null : 'it has no health checks, records and answers';
}

function isOperatorKey(value: unknown): value is OperatorKey & Record<string, unknown> {
  return hasStrings(value, ['accessKeyId', 'secretAccessKey']);
}

function hasStrings(value: unknown, names: readonly string[]): boolean {
  return isRecord(value) && names.every((name) => typeof value[name] === 'string');
}
