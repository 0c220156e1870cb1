import type { JsonValue } from '@gsp/platform/contract';

/** One HTTP request to one region. */
export interface TransportRequest {
  /** Where to: the region's API in `amplify_outputs.json`, by the name under which Amplify knows it. */
  readonly apiName: string;
  /** URL of that API, without a trailing slash. */
  readonly endpoint: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with every key already encoded, such as `/items/demo/a~2Fb`; none of its segments is `.` or `..`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON; absent for a request without a body. */
  readonly body?: JsonValue;
  /** Ends the request at once; the promise then rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/** A whole answer, whatever its status. */
export interface TransportResponse {
  readonly status: number;
  /** Names in lower case. In a browser only those that CORS exposes. */
  readonly headers: Readonly<Record<string, string>>;
  /** Text of the body; empty where there is none. */
  readonly body: string;
}

/** Longest answer that is read, in bytes: a function's may have 6 MB, API Gateway's 10. */
export const answerBytesMax = 10 * 1_048_576;

/**
 * Sends one request once. It follows no redirect, and reads no answer beyond {@link answerBytesMax}. It retries nothing, keeps no time and judges no status: all of that is the client's.
 *
 * @throws {TransportError} when no whole answer came, for whatever reason but the signal
 */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

/** No whole answer came: no connection, or one that broke. Whether the request was carried out is unknown. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
}
