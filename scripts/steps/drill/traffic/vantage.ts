import type { Operation } from '../history.ts';
import type { Reply } from '../send-operation.ts';
import type { DrilledPlatform } from './drilled-platform.ts';

/** What a vantage is opened with. */
export interface VantageContext {
  readonly platform: DrilledPlatform;
  readonly seed: number;
  /** Longest wait of a client for a whole answer, in real milliseconds. */
  readonly requestTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** What goes with one operation. */
export interface SendContext {
  readonly session: string | undefined;
  /** Digests by which session tokens name items, shared by all clients of a run. */
  readonly digests: Map<string, string>;
}

/** How an operation ended for its client. */
export interface VantageReply extends Reply {
  /** Region that answered, or was asked where there was no answer; null when the client had no address to ask. */
  readonly region: string | null;
}

/** One client: it sends an operation once, and knows by itself where to. */
export interface VantageClient {
  /** Different from every other client of a run, such as `dns-3`. */
  readonly name: string;
  /** Whatever happens is a reply: no address, no connection and no answer in time have the status 0. */
  send(operation: Operation, context: SendContext): Promise<VantageReply>;
  /** Lets connections go; bounded. */
  close(): Promise<void>;
}

/** A way in which clients find the platform. A drill drives the same traffic through each that its scenario names. */
export interface Vantage {
  readonly description: string;
  /** Whether its clients move as DNS says: only then do objectives hold for what they see. */
  readonly isObedient: boolean;
  /** Clients that are independent of each other: own caches, own connections. */
  open(context: VantageContext): Promise<readonly VantageClient[]>;
}
