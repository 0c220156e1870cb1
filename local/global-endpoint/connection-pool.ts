import { Pool } from 'undici';

/** Where something listens for an address that DNS answered. */
export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
}

const CONNECTIONS_MAX = 64;
const CONNECT_TIMEOUT_MS = 5_000;
/** Shorter than any server of the twin keeps a connection, so that no request meets one that is just being closed. */
const KEEP_ALIVE_MS = 4_000;
/** A connection older than this takes no more requests. */
const CONNECTION_AGE_MAX_MS = 60_000;
/** Above API Gateway's own limit, so that its answer and not the parser's arrives. */
const HEADERS_BYTES_MAX = 65_536;

/** The connections to the address that was answered last; those to any other are let go. */
export class ConnectionPool {
  readonly #connectTo: (address: string) => ConnectionTarget;
  readonly #bodyTimeoutMs: number;
  #current: { readonly address: string; readonly pool: Pool } | undefined;

  constructor(connectTo: (address: string) => ConnectionTarget, bodyTimeoutMs: number) {
    this.#connectTo = connectTo;
    this.#bodyTimeoutMs = bodyTimeoutMs;
  }

  /** Connections to an address. Requests under way on others finish, then their connections close. */
  to(address: string): Pool {
    if (this.#current?.address === address) return this.#current.pool;
    const former = this.#current?.pool;
    const { host, port } = this.#connectTo(address);
    const pool = new Pool(`http://${host}:${port}`, {
      connections: CONNECTIONS_MAX,
      pipelining: 1,
      connectTimeout: CONNECT_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      clientTtl: CONNECTION_AGE_MAX_MS,
      maxHeaderSize: HEADERS_BYTES_MAX,
      // Whoever forwards a request bounds the wait for its answer from its arrival on, the queue for a connection included.
      headersTimeout: 0,
      bodyTimeout: this.#bodyTimeoutMs,
    });
    this.#current = { address, pool };
    former?.close().catch(() => undefined);
    return pool;
  }

  /** Cuts every connection, whatever is under way on it. */
  async close(): Promise<void> {
    await this.#current?.pool.destroy();
    this.#current = undefined;
  }
}
