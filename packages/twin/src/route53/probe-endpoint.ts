import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { EndpointCheckDefinition } from './route53-definition.ts';

/**
 * Asks an endpoint once. Whatever it answers, refuses, sends without end or does not send is a result, never an
 * error, and takes at most the sum of the timeouts. HTTPS is asked without TLS: the twin's regions have none, and
 * Route 53 would not look at the certificate.
 */
export async function probeEndpoint(
  check: EndpointCheckDefinition,
  options: ProbeOptions,
): Promise<ProbeResult> {
  try {
    return await (check.protocol === 'TCP' ? probeTcp(options) : probeHttp(check, options));
  } catch (error) {
    // A path or host that HTTP cannot carry is refused before anything is sent.
    return { passed: false, reason: error instanceof Error ? reasonOf(error) : String(error) };
  }
}

/** What one request of a checker came to. */
export interface ProbeResult {
  readonly passed: boolean;
  /** Such as `HTTP 200` or `connection refused`. */
  readonly reason: string;
}

/** Where and for how long to ask. */
export interface ProbeOptions {
  readonly host: string;
  readonly port: number;
  readonly timeouts: ProbeTimeouts;
  /** Ends the request at once; the result then means nothing. */
  readonly signal: AbortSignal;
}

/** How long a checker waits for each part of an answer, in milliseconds. */
export interface ProbeTimeouts {
  readonly connectMs: number;
  /** From the connection to the status, and again from there to the text that is searched. */
  readonly answerMs: number;
}

/** Below it a machine that is merely busy would look like an endpoint that hangs. */
const TIMEOUT_MS_MIN = 500;

/**
 * Four seconds for the connection, two for the status and two more for the body, as of Route 53, passing as fast as
 * its intervals.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export function probeTimeouts(timeScale: number): ProbeTimeouts {
  return {
    connectMs: Math.max(TIMEOUT_MS_MIN, 4_000 / timeScale),
    answerMs: Math.max(TIMEOUT_MS_MIN, 2_000 / timeScale),
  };
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
};

/** What to say of a request that broke off. */
function reasonOf(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code.startsWith('HPE_')) return 'no HTTP';
  return REASONS[code] ?? error.message;
}

/** How far into the body the searched text may stand. */
const SEARCHED_BYTES = 5_120;

/**
 * Passes when the status is 2xx or 3xx, and the text that is searched, if any, stands within the first 5,120 bytes
 * of the body. One request on one connection; a redirect is an answer and is not followed.
 */
function probeHttp(check: EndpointCheckDefinition, options: ProbeOptions): Promise<ProbeResult> {
  const { host, port, timeouts, signal } = options;
  return new Promise((resolve) => {
    const asking = request({
      host,
      port,
      path: check.path,
      signal,
      // No agent: every request has a connection of its own and leaves none behind.
      agent: false,
      headers: {
        host: check.host,
        'user-agent': `Amazon-Route53-Health-Check-Service (ref ${check.id}; local twin)`,
        accept: '*/*',
        connection: 'close',
      },
    });
    let timer: NodeJS.Timeout;
    const end = (passed: boolean, reason: string) => {
      clearTimeout(timer);
      asking.destroy();
      resolve({ passed, reason });
    };
    const allow = (ms: number, awaited: string) => {
      clearTimeout(timer);
      timer = setTimeout(() => end(false, `no ${awaited} within ${ms} ms`), ms);
    };
    allow(timeouts.connectMs, 'connection');
    asking.once('socket', (socket: Socket) =>
      socket.once('connect', () => allow(timeouts.answerMs, 'answer')),
    );
    // Stays on: destroying a request may be answered by one more error, which would end the process.
    asking.on('error', (error) => end(false, reasonOf(error)));
    // Also after a change of protocols, which comes without a response and without an error.
    asking.once('close', () => end(false, 'connection closed'));
    asking.once('response', (response) => {
      const status = response.statusCode ?? 0;
      const reason = `HTTP ${status}`;
      if (status < 200 || status > 399) return end(false, reason);
      if (check.searchString === undefined) return end(true, reason);
      allow(timeouts.answerMs, 'body');
      search(response, check.searchString, (found) =>
        end(found, found ? reason : `${reason} without the text that is searched`),
      );
    });
    asking.end();
  });
}

/** Tells whether the text stands in the first bytes, and reads no further than it must. */
function search(response: IncomingMessage, text: string, tell: (found: boolean) => void): void {
  let begun = Buffer.alloc(0);
  response.on('data', (chunk: Buffer) => {
    begun = Buffer.concat([begun, chunk.subarray(0, SEARCHED_BYTES - begun.length)]);
    const found = begun.includes(text);
    if (found || begun.length >= SEARCHED_BYTES) tell(found);
  });
  response.once('end', () => tell(begun.includes(text)));
  response.on('error', () => tell(false));
}

/** Passes when a connection is made in time. */
function probeTcp({ host, port, timeouts, signal }: ProbeOptions): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    const end = (result: ProbeResult) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const late = { passed: false, reason: `no connection within ${timeouts.connectMs} ms` };
    const timer = setTimeout(() => end(late), timeouts.connectMs);
    socket.once('connect', () => end({ passed: true, reason: 'connected' }));
    socket.on('error', (error) => end({ passed: false, reason: reasonOf(error) }));
  });
}
