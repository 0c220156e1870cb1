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
export function reasonOf(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code.startsWith('HPE_')) return 'no HTTP';
  return REASONS[code] ?? error.message;
}
