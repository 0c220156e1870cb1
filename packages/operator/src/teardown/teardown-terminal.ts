import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { withProgress } from '@gsp/cli-kit';
import type { TeardownClock } from './carry-out.ts';

/** How a teardown speaks with whoever runs it. Injected, so that a test can play both. */
export interface TeardownTerminal {
  readonly clock: TeardownClock;
  /** For a person; kept off standard output where that is for a program. */
  print(text: string): void;
  /** The result, for standard output. */
  result(text: string): void;
  during<T>(text: string, work: (tell: (progress: string) => void) => Promise<T>): Promise<T>;
  /** What a person types as the answer. */
  ask(question: string, signal: AbortSignal): Promise<string>;
}

/** The terminal of this process. With `json`, standard output has the result and nothing else. */
export function teardownTerminal({ json }: { readonly json: boolean }): TeardownTerminal {
  return {
    clock: { nowMs: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
    print: (text) => void (json ? process.stderr : process.stdout).write(`${text}\n`),
    result: (text) => void process.stdout.write(`${text}\n`),
    during: (text, work) => withProgress(text, work, () => ({ isGood: true, text })),
    ask,
  };
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await asking.question(question, { signal })).trim();
  } finally {
    asking.close();
  }
}
