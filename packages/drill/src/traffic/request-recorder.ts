import type { Transport, TransportRequest, TransportResponse } from '@gsp/client/fetch';
import { type Answer, answerSchema } from '../judge/history.ts';
import { isUnsent } from '../send-operation.ts';

/** One request as it went over the wire. Times are milliseconds of the process's monotonic clock. */
export interface RecordedRequest {
  readonly region: string;
  readonly beganAtMs: number;
  /** Null while it is under way. */
  readonly endedAtMs: number | null;
  /** Null where there was none. */
  readonly answer: Answer | null;
}

/** Header by which a request names its call. */
const CORRELATION_ID = 'x-correlation-id';

type Underway = { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] };

/**
 * Stands between a client and its transport and writes down what is really sent: a judge goes by that, not by what the
 * client says of itself. A request belongs to the call whose correlation id it carries.
 */
export class RequestRecorder {
  readonly #transport: Transport;
  readonly #regionOf: (endpoint: string) => string;
  readonly #calls = new Map<string, Underway[]>();
  #unclaimed = 0;

  constructor(transport: Transport, regionOf: (endpoint: string) => string) {
    this.#transport = transport;
    this.#regionOf = regionOf;
  }

  /** Has requests with this correlation id written down from now on. */
  begin(correlationId: string): void {
    this.#calls.set(correlationId, []);
  }

  /**
   * Ends a call: the requests that were sent for it, in order, and how many were sent for none since this was last asked.
   * What is sent for it from now on is sent for none.
   */
  end(correlationId: string): { readonly requests: readonly RecordedRequest[]; readonly unclaimed: number } {
    const requests = (this.#calls.get(correlationId) ?? []).map((request) => ({ ...request }));
    this.#calls.delete(correlationId);
    const unclaimed = this.#unclaimed;
    this.#unclaimed = 0;
    return { requests, unclaimed };
  }

  /** The transport to give to the client. */
  readonly transport: Transport = async (request) => {
    const recorded = this.#note(request);
    try {
      const response = await this.#transport(request);
      recorded.answer = answerIn(response);
      return response;
    } catch (error) {
      if (isUnsent(error)) recorded.answer = { status: 0, error: 'no connection', isUnsent: true };
      throw error;
    } finally {
      recorded.endedAtMs = performance.now();
    }
  };

  #note({ endpoint, headers }: TransportRequest): Underway {
    const region = this.#regionOf(endpoint);
    const recorded = { region, beganAtMs: performance.now(), endedAtMs: null, answer: null };
    const call = this.#calls.get(headers[CORRELATION_ID] ?? '');
    if (call === undefined) this.#unclaimed += 1;
    else call.push(recorded);
    return recorded;
  }
}

function answerIn({ status, body }: TransportResponse): Answer {
  const { type, region } = problemIn(body);
  return {
    status,
    ...(type === undefined ? {} : { problem: type.split(':').at(-1) ?? '' }),
    ...(region === undefined ? {} : { namedRegion: region }),
  };
}

function problemIn(body: string): { readonly type?: string; readonly region?: string } {
  try {
    return answerSchema.parse(JSON.parse(body));
  } catch {
    // No body, or none of ours: the status is all that is known.
    return {};
  }
}
