import { Pool } from 'undici';

/** Where something listens for an address that DNS answered. */
export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** Shorter than any server of the twin keeps a connection, so that no request meets one that is just being closed. */
const KEEP_ALIVE_MS = 4_000;
/** A connection older than this takes no more requests. */
const CONNECTION_AGE_MAX_MS = 60_000;
/** Above API Gateway's own limit, so that its answer and not the parser's arrives. */
const HEADERS_BYTES_MAX = 65_536;

/** Thrown when a connection is asked for after the end. */
export class PoolClosedError extends Error {
  override readonly name = 'PoolClosedError';
}

/** The connections to the address that was answered last; those to any other are let go. */
export class ConnectionPool {
  readonly #connectTo: (address: string) => ConnectionTarget;
  readonly #bodyTimeoutMs: number;
  #current: { readonly address: string; readonly pool: Pool } | undefined;
  /** Those of addresses that are no longer answered, while requests are under way on them. */
  readonly #former = new Set<Pool>();
  #closed = false;

  constructor(connectTo: (address: string) => ConnectionTarget, bodyTimeoutMs: number) {
    this.#connectTo = connectTo;
    this.#bodyTimeoutMs = bodyTimeoutMs;
  }

  /**
   * Connections to an address. Requests under way on others finish, then their connections close.
   *
   *     address A   ── request 1 ─────────────────────────────>| finishes on A, then A's connections close
   *     DNS           A ──────────> B |
   *     address B                     ── request 2 ───────────>  requests 1 and 2 are both cut by close()
   *
   * @throws {PoolClosedError} once they are cut
   */
  to(address: string): Pool {
    if (this.#closed) throw new PoolClosedError('Cannot connect: the endpoint is closed.');
    if (this.#current?.address === address) return this.#current.pool;
    if (this.#current !== undefined) this.#letGo(this.#current.pool);
    const pool = this.#poolOf(this.#connectTo(address));
    this.#current = { address, pool };
    return pool;
  }

  /** Cuts every connection, whatever is under way on it and to whichever address, and makes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    const pools = [...this.#former, ...(this.#current === undefined ? [] : [this.#current.pool])];
    this.#current = undefined;
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  #letGo(pool: Pool): void {
    this.#former.add(pool);
    pool
      .close()
      .catch(() => undefined)
      .finally(() => this.#former.delete(pool));
  }

  #poolOf({ host, port }: ConnectionTarget): Pool {
    return new Pool(`http://${host}:${port}`, {
      // As many as there are requests, as between browsers and a region: a request that is only half sent holds its own
      // connection, for as long as the endpoint lets it, and nobody else's.
      connections: null,
      pipelining: 1,
      connectTimeout: CONNECT_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      clientTtl: CONNECTION_AGE_MAX_MS,
      maxHeaderSize: HEADERS_BYTES_MAX,
      // Whoever forwards a request bounds the wait for its answer from its arrival on.
      headersTimeout: 0,
      bodyTimeout: this.#bodyTimeoutMs,
    });
  }
}
