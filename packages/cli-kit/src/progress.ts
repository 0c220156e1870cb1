import ora from 'ora';

/**
 * Shows that something takes time, how far it is, and how it ended; on standard error, so that a report on standard
 * output stays clean.
 */
export async function withProgress<T>(
  text: string,
  work: (tell: (progress: string) => void) => Promise<T>,
  done: (result: T, elapsedMs: number) => { readonly text: string; readonly isGood: boolean },
): Promise<T> {
  const spinner = ora({ text, discardStdin: false, stream: process.stderr }).start();
  const startedAt = performance.now();
  const tell = (progress: string) => {
    spinner.text = `${text}: ${progress}`;
  };
  try {
    const result = await work(tell);
    const end = done(result, performance.now() - startedAt);
    if (end.isGood) spinner.succeed(end.text);
    else spinner.fail(end.text);
    return result;
  } catch (error) {
    spinner.fail(text);
    throw error;
  }
}
