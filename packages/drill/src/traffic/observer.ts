import type { Answer, Operation } from '../judge/history.ts';
import type { Reply } from '../send-operation.ts';
import type { TargetPlatform } from './target-platform.ts';

/** What an observer is opened with. */
export interface ObserverContext {
  readonly platform: TargetPlatform;
  readonly seed: number;
  /** Longest wait of a client for a whole answer, in real milliseconds. */
  readonly requestTimeoutMs: number;
  /** Partition for what clients write to get ready, which no judge looks at; null where nothing may be written. */
  readonly warmPk: string | null;
  readonly signal: AbortSignal;
}

/** What goes with one operation. */
export interface SendContext {
  readonly session: string | undefined;
  /** Digests by which session tokens name items, shared by all clients of a run. */
  readonly digests: Map<string, string>;
}

/** A request that was sent for an operation, and whose answer its client did not get. */
export interface SideRequest {
  readonly region: string;
  /** Real milliseconds after the operation began. */
  readonly beganAfterMs: number;
  readonly endedAfterMs: number;
  /** Never an acknowledgement: what nobody was told is unknown to everybody. */
  readonly answer: Answer;
}

/** How an operation ended for its client. */
export interface ObserverReply extends Reply {
  /** Region that answered, or was asked where there was no answer; null when the client had no address to ask. */
  readonly region: string | null;
  /** Requests that were sent for it. @default - one */
  readonly requests?: number;
  /** When the request began that was answered, in real milliseconds after the operation. @default - 0 */
  readonly askedAfterMs?: number;
  /**
   * All other requests, each of which may have been carried out too: a write that took too long in one region may stand
   * there beside the one that another region acknowledged.
   */
  readonly others?: readonly SideRequest[];
}

/** Calls that a client made before the clock of a scenario began, while nothing was broken. */
export interface Baseline {
  readonly calls: number;
  /** Requests that were sent for them. */
  readonly requests: number;
}

/** One client: it takes one operation at a time or several, and knows by itself where to send each, and how often. */
export interface ObserverClient {
  /** Different from every other client of a run, such as `dns-3`. */
  readonly name: string;
  /** What it took to get ready. @default - nothing was asked */
  readonly baseline?: Baseline;
  /** Whatever happens is a reply: no address, no connection and no answer in time have the status 0. */
  send(operation: Operation, context: SendContext): Promise<ObserverReply>;
  /** Lets connections go; bounded. */
  close(): Promise<void>;
}

/** A way in which clients find the platform. A drill drives the same traffic through each that its scenario names. */
export interface Observer {
  readonly description: string;
  /** Whether its clients move as DNS says: only then do objectives hold for what they see. */
  readonly isObedient: boolean;
  /** Clients that are independent of each other: own caches, own connections. */
  open(context: ObserverContext): Promise<readonly ObserverClient[]>;
}
