import type { Terminal } from '@gsp/cli-kit';

/** A terminal that keeps what is said: to a person, and as the result. */
export function spokenTerminal(): Terminal & {
  readonly printed: readonly string[];
  readonly results: readonly string[];
} {
  const printed: string[] = [];
  const results: string[] = [];
  return {
    printed,
    results,
    clock: { nowMs: () => performance.now(), sleep: () => Promise.resolve() },
    print: (text) => void printed.push(text),
    result: (text) => void results.push(text),
    during: (_, work) => work(() => {}),
    ask: () => Promise.reject(new Error('Nobody is asked here')),
    confirm: () => Promise.reject(new Error('Nobody is asked here')),
  };
}
