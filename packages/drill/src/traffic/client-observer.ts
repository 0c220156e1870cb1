import type { PlatformClient, Random, RegionEndpoint, Transport } from '@gsp/client/fetch';
import { seededRandom } from '@gsp/twin';
import type { Operation } from '../judge/history.ts';
import { type ClientAnswer, callOperation, noteSession } from './call-operation.ts';
import type {
  Baseline,
  Observer,
  ObserverClient,
  ObserverContext,
  ObserverReply,
  SendContext,
  SideRequest,
} from './observer.ts';
import { type RecordedRequest, RequestRecorder } from './request-recorder.ts';

/** A client takes a region's percentiles for known after twenty reads; half of the calls read. */
const WARM_UP_CALLS = 44;

/** Enough for a share of requests to be told from chance; what a scenario leaves before its fault is a dozen calls. */
const BASELINE_CALLS = 40;

/** All of it, on a machine that is busy. */
const READY_LIMIT_MS = 8_000;

/** Makes one client of an observer. */
export type OpenClient = (options: {
  readonly regions: readonly RegionEndpoint[];
  readonly transport: Transport;
  readonly random: Random;
}) => PlatformClient;

/** How the clients of an observer are made. */
export interface ClientObserverOptions {
  readonly name: string;
  readonly description: string;
  readonly clients: number;
  readonly open: OpenClient;
  /** Makes what carries a client's requests, below the recorder. */
  readonly connect: (regions: readonly RegionEndpoint[]) => Transport;
}

/**
 * The platform's own client library, as applications use it: it knows every region's endpoint, decides by itself which to
 * ask and when to ask another, and asks DNS nothing.
 */
export function clientObserver({
  name,
  description,
  clients,
  open,
  connect,
}: ClientObserverOptions): Observer {
  return {
    description,
    isObedient: false,
    open: async (context) => {
      const regions = endpointsOf(context);
      const opened = Array.from({ length: clients }, (_, index) => {
        const own = `${name}-${index}`;
        const recorder = new RequestRecorder(connect(regions), (endpoint) => regionOf(endpoint, context));
        const random = seededRandom(context.seed, `${own} client`);
        const client = open({ regions, transport: recorder.transport, random });
        return new LibraryClient(own, { client, recorder, context });
      });
      await Promise.all(opened.map((client) => client.getReady()));
      return opened;
    },
  };
}

/** As outputs would name them: regional endpoints only, the primary first. */
function endpointsOf({ platform: { regions, primary } }: ObserverContext): readonly RegionEndpoint[] {
  return regions
    .toSorted((a, b) => Number(b.region === primary) - Number(a.region === primary))
    .map(({ region, api }) => ({ region, apiName: `drill-${region}`, endpoint: api }));
}

function regionOf(endpoint: string, { platform }: ObserverContext): string {
  return platform.regions.find(({ api }) => api === endpoint)?.region ?? endpoint;
}

interface LibraryClientOptions {
  readonly client: PlatformClient;
  readonly recorder: RequestRecorder;
  readonly context: ObserverContext;
}

class LibraryClient implements ObserverClient {
  readonly name: string;
  readonly #client: PlatformClient;
  readonly #recorder: RequestRecorder;
  readonly #context: ObserverContext;
  #calls = 0;
  #baseline: Baseline = { calls: 0, requests: 0 };

  constructor(name: string, { client, recorder, context }: LibraryClientOptions) {
    this.name = name;
    this.#client = client;
    this.#recorder = recorder;
    this.#context = context;
  }

  async send(operation: Operation, { session: token, digests }: SendContext): Promise<ObserverReply> {
    this.#calls += 1;
    const correlationId = `${operation.id}-call-${this.#calls}`;
    const session = noteSession(token);
    this.#recorder.begin(correlationId);
    const beganAtMs = performance.now();
    const { signal } = this.#context;
    const called = await callOperation(this.#client, operation, { correlationId, session, signal, digests });
    const { requests, unclaimed } = this.#recorder.end(correlationId);
    return {
      ...replyOf(called, { requests, beganAtMs }),
      requests: requests.length + unclaimed,
      ...(session.noted === undefined || session.token === undefined ? {} : { session: session.token }),
    };
  }

  /**
   * Has the client learn how fast regions answer, and then counts what it sends for each call: applications are not struck
   * by a failure in their first second, and a client that knows nothing yet has nothing to tell a slow answer by. What
   * comes of the calls does not matter.
   */
  async getReady(): Promise<void> {
    const signal = AbortSignal.any([this.#context.signal, AbortSignal.timeout(READY_LIMIT_MS)]);
    await this.#ask(WARM_UP_CALLS, signal);
    this.#baseline = await this.#ask(BASELINE_CALLS, signal);
  }

  /** What getting ready took, its first reads aside. */
  get baseline(): Baseline {
    return this.#baseline;
  }

  /** Reads and writes in turn, as the traffic does, one call after the other. */
  async #ask(count: number, signal: AbortSignal): Promise<Baseline> {
    const { warmPk } = this.#context;
    const key = { pk: 'warm', sk: this.name };
    const baseline = { calls: 0, requests: 0 };
    for (; baseline.calls < count && !signal.aborted; baseline.calls += 1) {
      const correlationId = `${this.name}-ready-${performance.now()}`;
      const options = { session: null, signal, correlationId };
      const isWrite = warmPk !== null && baseline.calls % 2 === 0;
      this.#recorder.begin(correlationId);
      await (isWrite
        ? this.#client.writeItem({ pk: warmPk, data: { op: 'warm' } }, options)
        : this.#client.getItem(key, options)
      ).catch(() => undefined);
      const { requests, unclaimed } = this.#recorder.end(correlationId);
      baseline.requests += requests.length + unclaimed;
    }
    return baseline;
  }

  async close(): Promise<void> {
    this.#client.close();
  }
}

/**
 * Finds the request whose answer the caller got: the last one in the region that answered, or, where none did, the last of
 * all. The others were sent for nothing, as far as anybody knows.
 *
 * ```
 * eu-west-1      1 ------------- x           timed out: may have been carried out
 * eu-central-1                   2 ---- 200  what the caller got
 * ```
 */
function replyOf(
  { answer, region }: ClientAnswer,
  { requests, beganAtMs }: { requests: readonly RecordedRequest[]; beganAtMs: number },
): ObserverReply {
  const isAnswering = (request: RecordedRequest) =>
    request.region === region && (request.answer?.status ?? 0) > 0;
  const answering = requests.findLast(isAnswering) ?? requests.at(-1);
  if (answering === undefined) return { answer, region };
  const others = requests.filter((request) => request !== answering);
  const isUnsent = answer.status === 0 && answering.answer?.isUnsent === true;
  return {
    answer: isUnsent ? { ...answer, isUnsent } : answer,
    region: region ?? answering.region,
    askedAfterMs: answering.beganAtMs - beganAtMs,
    others: others.map((request) => sideRequestOf(request, beganAtMs)),
  };
}

function sideRequestOf({ region, answer, ...at }: RecordedRequest, beganAtMs: number): SideRequest {
  // An acknowledgement that the caller was not given binds nobody.
  const isTold = answer !== null && (answer.status === 0 || answer.status >= 300);
  return {
    region,
    beganAfterMs: at.beganAtMs - beganAtMs,
    endedAfterMs: (at.endedAtMs ?? performance.now()) - beganAtMs,
    answer: isTold ? answer : { status: 0, error: 'not waited for' },
  };
}
