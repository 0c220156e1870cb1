import type { ResolvedName } from './target-platform.ts';

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
