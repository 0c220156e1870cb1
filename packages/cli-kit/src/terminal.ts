import ora from 'ora';

/** Where a command speaks to a person. Injected, so that a test can listen. */
export interface Terminal {
  print(text: string): void;
  /** Shows that something takes time, and how it ended. A failure is shown and rethrown. */
  during<T>(text: string, work: () => Promise<T>, done: (result: T, elapsedMs: number) => string): Promise<T>;
}

/** The terminal of this process: progress turns on a terminal, and is one line each in a log. */
export const terminal: Terminal = {
  print(text) {
    process.stdout.write(`${text}\n`);
  },
  async during(text, work, done) {
    const spinner = ora({ text, discardStdin: false, stream: process.stdout }).start();
    const startedAt = performance.now();
    try {
      const result = await work();
      spinner.succeed(done(result, performance.now() - startedAt));
      return result;
    } catch (error) {
      spinner.fail(text);
      throw error;
    }
  },
};
