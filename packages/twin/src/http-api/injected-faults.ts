import { setTimeout as delay } from 'node:timers/promises';
import { type GatewayResponse, gatewayError } from './gateway-response.ts';

/** What is wrong with an API on purpose. */
export interface ApiFaults {
  /** How much later every answer comes, in milliseconds. */
  readonly slowMs: number;
  /** Share of the requests that are answered 503 before any function runs, 0 to 1. */
  readonly errorShare: number;
}

/** The faults of an API and how often they took effect. */
export interface ApiFaultsReport extends ApiFaults {
  readonly slowed: number;
  readonly failed: number;
}

/**
 * Faults of one region's HTTP API that a drill injects: slowness, and answers of the API's own in place of the
 * function's.
 *
 * A request is held up from its arrival on and only then carried out, as one on a slow network is:
 *
 *     client                      API                       function
 *       | ── request ───────────> |                            |
 *       |                         | slowMs                     |
 *       | x gives up ───────────> | ends here, nothing done    |
 *       |                         | or: ── invoke ───────────> |
 *       | <────────────── answer ─| <──────────────────────────|
 *
 * so that a client that gave up early has done nothing, while one that gives up in the last step has, as always.
 * An answer that the error share makes is held up like every other.
 *
 * Of a body over 64 KiB the rest stays unread meanwhile, which limits two things. A client's leaving is not seen while the
 * wait lasts, and the request may be carried out for nobody. And a wait that brings the request over the 30 s that it has
 * for arriving whole ends as 408; a smaller body has arrived by then, and its answer comes as late as it was told to.
 */
export class InjectedFaults {
  readonly #random: () => number;
  #faults: ApiFaults;
  #slowed = 0;
  #failed = 0;

  /** @param random numbers from 0 to below 1; seeded, so that a drill can be repeated */
  constructor(faults: ApiFaults, random: () => number) {
    this.#faults = faults;
    this.#random = random;
  }

  /** Changes what is wrong from the next request on; one that is held up already stays so. */
  set({ slowMs, errorShare }: ApiFaults): void {
    this.#faults = { slowMs, errorShare };
  }

  /** The faults in force, and how many requests they met since the API started. */
  report(): ApiFaultsReport {
    const { slowMs, errorShare } = this.#faults;
    return { slowMs, errorShare, slowed: this.#slowed, failed: this.#failed };
  }

  /**
   * Holds a request up, then gives the answer that it gets in place of its function's, or nothing when it may go on.
   *
   * @throws the reason of `clientGone` once that is aborted: nobody is left to be answered
   */
  async meet(clientGone: AbortSignal): Promise<GatewayResponse | undefined> {
    const { slowMs, errorShare } = this.#faults;
    if (slowMs > 0) {
      this.#slowed += 1;
      await delay(slowMs, undefined, { signal: clientGone }).catch(() => clientGone.throwIfAborted());
    }
    // Numbers are below 1, so that a share of 1 meets every request and a share of 0 none.
    if (errorShare === 0 || this.#random() >= errorShare) return undefined;
    this.#failed += 1;
    return gatewayError('integrationThrottled', {
      integrationError: 'An injected fault answered this request',
    });
  }
}
