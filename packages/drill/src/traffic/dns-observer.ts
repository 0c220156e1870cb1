import { Agent } from 'undici';
import type { Operation } from '../judge/history.ts';
import { sendOperation } from '../send-operation.ts';
import type { Observer, ObserverClient, ObserverContext, ObserverReply, SendContext } from './observer.ts';
import type { ResolvedName } from './target-platform.ts';

/** How the clients of a DNS observer behave. */
export interface DnsObserverOptions {
  readonly name: string;
  readonly description: string;
  readonly clients: number;
  readonly isObedient: boolean;
  /** @default - answers are kept for their time to live */
  readonly keepSeconds?: AnswerCacheOptions['keepSeconds'];
}

/** Idle connections are let go before any server would: one that closes at the same moment is nobody's failure. */
const IDLE_MS = 1_000;
const CONNECTIONS = 8;

/** Connections to the address that a client uses now. */
interface Connections {
  readonly address: string;
  readonly agent: Agent;
}

/**
 * Clients that know nothing but the global name: each resolves it for itself, keeps the answer in a cache of its own, and
 * lets the connections to an address go once DNS answers another one.
 */
export function dnsObserver({
  name,
  description,
  clients,
  isObedient,
  keepSeconds,
}: DnsObserverOptions): Observer {
  return {
    description,
    isObedient,
    open: async (context) =>
      Array.from({ length: clients }, (_, index) => {
        const cache = new AnswerCache({
          resolve: () => context.platform.resolve(context.signal),
          nowMs: () => performance.now(),
          firstAnswerAge: index / clients,
          ...(keepSeconds === undefined ? {} : { keepSeconds }),
        });
        return new DnsClient(`${name}-${index}`, { cache, context });
      }),
  };
}

class DnsClient implements ObserverClient {
  readonly name: string;
  readonly #cache: AnswerCache;
  readonly #context: ObserverContext;
  #connections: Connections | undefined;

  constructor(name: string, { cache, context }: { cache: AnswerCache; context: ObserverContext }) {
    this.name = name;
    this.#cache = cache;
    this.#context = context;
  }

  async send(operation: Operation, { session, digests }: SendContext): Promise<ObserverReply> {
    const { platform, requestTimeoutMs } = this.#context;
    const address = await this.#address();
    if (typeof address !== 'string') return { answer: { status: 0, error: address.error }, region: null };
    const { agent } = this.#connectionsTo(address);
    const { port } = platform.connectTo(address);
    const reply = await sendOperation(operation, {
      api: `${platform.protocol}://${platform.globalName}:${port}`,
      host: platform.globalName,
      timeoutMs: requestTimeoutMs,
      dispatcher: agent,
      session,
      digests,
    });
    // Where neither the answer nor the address tells, the address itself has to do.
    return { ...reply, region: reply.servedBy ?? platform.regionOf(address) ?? address };
  }

  async close(): Promise<void> {
    await this.#connections?.agent.destroy();
  }

  async #address(): Promise<string | { readonly error: string }> {
    try {
      const { addresses } = await this.#cache.get();
      return addresses[0] ?? { error: 'DNS answered without an address' };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  }

  #connectionsTo(address: string): Connections {
    if (this.#connections?.address === address) return this.#connections;
    // Requests under way there may still end well; nothing new goes there.
    void this.#connections?.agent.close().catch(() => undefined);
    const { platform, requestTimeoutMs } = this.#context;
    const { host } = platform.connectTo(address);
    const agent = new Agent({
      connections: CONNECTIONS,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      headersTimeout: requestTimeoutMs,
      bodyTimeout: requestTimeoutMs,
      connect: {
        timeout: requestTimeoutMs,
        // The name stays in URL and TLS; where it leads to, the cache has decided.
        lookup: (_, options, done) =>
          options.all === true ? done(null, [{ address: host, family: 4 }]) : done(null, host, 4),
      },
    });
    this.#connections = { address, agent };
    return this.#connections;
  }
}

/** How a cache asks, and how long it keeps what it was told. */
export interface AnswerCacheOptions {
  readonly resolve: () => Promise<ResolvedName>;
  /** Milliseconds of any steady clock. */
  readonly nowMs: () => number;
  /**
   * For how long an answer is kept, in real seconds, of the time to live that came with it.
   *
   * @default - for just that
   */
  readonly keepSeconds?: (ttlSeconds: number) => number;
  /**
   * Share of the first answer's time to live that had passed already when the cache came to know it, 0 to 1: so do
   * several caches come to ask one after the other, and one of them has always asked just now.
   *
   * @default 0
   */
  readonly firstAnswerAge?: number;
}

/**
 * The cache of a resolver: it gives the address that it was told last, and asks again when the time to live is over.
 * What it is asked meanwhile waits for the same answer. An answer that cannot be had is told to who asked, and nothing
 * is kept.
 */
export class AnswerCache {
  readonly #options: AnswerCacheOptions;
  #kept: { readonly answer: ResolvedName; readonly untilMs: number } | undefined;
  #asking: Promise<ResolvedName> | undefined;

  constructor(options: AnswerCacheOptions) {
    this.#options = options;
  }

  /** The answer that is valid now. @throws what `resolve` throws */
  async get(): Promise<ResolvedName> {
    if (this.#kept !== undefined && this.#options.nowMs() < this.#kept.untilMs) return this.#kept.answer;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<ResolvedName> {
    const { resolve, nowMs, keepSeconds = (ttlSeconds) => ttlSeconds, firstAnswerAge = 0 } = this.#options;
    const age = this.#kept === undefined ? firstAnswerAge : 0;
    const answer = await resolve();
    const keptMs = keepSeconds(answer.ttlSeconds) * 1_000 * (1 - age);
    this.#kept = { answer, untilMs: nowMs() + keptMs };
    return answer;
  }
}
