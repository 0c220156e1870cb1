import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './clock.ts';
import { CommandError } from './command-error.ts';
import { withProgress } from './progress.ts';

/** How an operator's command speaks with its operator. Injected, so that a test can play both. */
export interface OperatorTerminal {
  readonly clock: Clock;
  /** For a person; kept off standard output where that is for a program. */
  print(text: string): void;
  /** The result, for standard output. */
  result(text: string): void;
  during<T>(
    text: string,
    work: (tell: (progress: string) => void) => Promise<T>,
    done: (result: T) => string,
  ): Promise<T>;
  /** Asks for `expected` to be typed. @throws {CommandError} where nobody can type it, or something else was typed */
  confirm(question: string, expected: string, signal: AbortSignal): Promise<void>;
}

/** The terminal of this process. With `json`, standard output has the result and nothing else. */
export function operatorTerminal({ json }: { json: boolean }): OperatorTerminal {
  return {
    clock: { nowMs: () => performance.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
    print: (text) => void (json ? process.stderr : process.stdout).write(`${text}\n`),
    result: (text) => void process.stdout.write(`${text}\n`),
    during: (text, work, done) =>
      withProgress(text, work, (result) => ({ isGood: true, text: done(result) })),
    confirm,
  };
}

async function confirm(question: string, expected: string, signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new CommandError(
      'Cannot ask for confirmation: there is no terminal to ask on, a decision is needed. Say --yes where it has been made.',
    );
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const typed = await asking.question(`${question}\nType ${expected} to go on: `, { signal });
    if (typed.trim() === expected) return;
    throw new CommandError(
      `Cannot go on: '${typed.trim()}' was typed, ${expected} is needed. Nothing was changed.`,
    );
  } finally {
    asking.close();
  }
}
