import { createInterface } from 'node:readline/promises';
import ora from 'ora';
import { type Clock, monotonicClock } from './clock.ts';
import { CommandError } from './command-error.ts';

/** How work that took a while ended: what is shown of it, and whether that is good news. */
export interface WorkEnd {
  readonly text: string;
  readonly isGood: boolean;
}

/** How a command speaks with whoever runs it. Injected, so that a test can play both. */
export interface Terminal {
  readonly clock: Clock;
  /** For a person; kept off standard output where that is for a program. */
  print(text: string): void;
  /** The result, for standard output. */
  result(text: string): void;
  /**
   * Shows on standard error that something takes time, how far it is, and how it ended. A failure is shown and rethrown.
   *
   * @param done what is shown at the end; `text` again where there is nothing to add
   */
  during<T>(
    text: string,
    work: (onProgress: (progress: string) => void) => Promise<T>,
    done?: (result: T, elapsedMs: number) => string | WorkEnd,
  ): Promise<T>;
  /** What a person types as the answer. @throws {CommandError} where there is no terminal to type it on */
  ask(question: string, signal: AbortSignal): Promise<string>;
  /** Asks for `expected` to be typed. @throws {CommandError} where nobody can type it, or something else was typed */
  confirm(question: string, expected: string, signal: AbortSignal): Promise<void>;
}

/** What kind of terminal it is. */
export interface TerminalOptions {
  /** Whether standard output has the result and nothing else. @default false */
  readonly json?: boolean;
  /** @default - {@link monotonicClock} */
  readonly clock?: Clock;
}

/** The terminal of this process: progress turns where there is a person to see it, and is one line each in a log. */
export function openTerminal({ json = false, clock = monotonicClock }: TerminalOptions = {}): Terminal {
  return {
    clock,
    print: (text) => void (json ? process.stderr : process.stdout).write(`${text}\n`),
    result: (text) => void process.stdout.write(`${text}\n`),
    during: showWork,
    ask,
    confirm,
  };
}

/** The terminal of a command whose standard output is for a person. */
export const terminal: Terminal = openTerminal();

async function showWork<T>(
  text: string,
  work: (onProgress: (progress: string) => void) => Promise<T>,
  done: (result: T, elapsedMs: number) => string | WorkEnd = () => text,
): Promise<T> {
  const spinner = ora({ text, discardStdin: false, stream: process.stderr }).start();
  const startedAt = performance.now();
  const onProgress = (progress: string) => {
    spinner.text = `${text}: ${progress}`;
  };
  try {
    const result = await work(onProgress);
    const end = done(result, performance.now() - startedAt);
    if (typeof end === 'string') spinner.succeed(end);
    else if (end.isGood) spinner.succeed(end.text);
    else spinner.fail(end.text);
    return result;
  } catch (error) {
    spinner.fail(text);
    throw error;
  }
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new CommandError(
      'Cannot ask for confirmation: there is no terminal to ask on, a decision is needed. Say --yes where it has been made.',
    );
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await asking.question(question, { signal })).trim();
  } catch (error) {
    // The reader throws an AbortError of its own, which does not say why.
    signal.throwIfAborted();
    throw error;
  } finally {
    asking.close();
  }
}

async function confirm(question: string, expected: string, signal: AbortSignal): Promise<void> {
  const typed = await ask(`${question}\nType ${expected} to go on: `, signal);
  if (typed === expected) return;
  throw new CommandError(`Cannot go on: '${typed}' was typed, ${expected} is needed. Nothing was changed.`);
}
