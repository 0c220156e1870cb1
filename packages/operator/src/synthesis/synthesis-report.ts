/** What the process that synthesizes tells the one that started it, once, at its end. */
export type SynthesisReport = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Whether `message` is a {@link SynthesisReport}. */
export function isSynthesisReport(message: unknown): message is SynthesisReport {
  if (typeof message !== 'object' || message === null || !('ok' in message)) return false;
  return (
    message.ok === true || (message.ok === false && 'reason' in message && typeof message.reason === 'string')
  );
}

/**
 * What is wrong with a definition in its own words. Wrappers, such as Amplify's around a construct that
 * threw, are taken off; a file and line of `rootDir` are added unless the words name one, or the error
 * is about what the topology says and not about where it is used.
 */
export function reasonOf(error: unknown, rootDir: string): string {
  const cause = innermost(error);
  if (!(cause instanceof Error)) return String(cause);
  const message = relative(`${cause.message}${resolutionOf(cause)}`, rootDir).trim();
  if (cause.name === 'TopologyError' || /\.[mc]?[jt]s:\d+/.test(message)) return message;
  const frame = ownFrame(cause.stack ?? '', rootDir);
  return frame === undefined ? message : `${message} (${frame})`;
}

/**
 * What esbuild wrote about handlers that it could not bundle: each error with its place. Empty where it
 * wrote none. CDK's own error names the command that failed and not the reason.
 */
export function bundlingIssues(stderr: string): string[] {
  const issues: string[] = [];
  const lines = stderr.split('\n');
  lines.forEach((line, index) => {
    const error = /^\s*(?:✘|X) \[ERROR\] (.+)$/.exec(line)?.[1];
    if (error === undefined) return;
    const place = lines
      .slice(index + 1, index + 4)
      .map((next) => /^\s+(\S+:\d+:\d+):$/.exec(next)?.[1])
      .find((found) => found !== undefined);
    issues.push(place === undefined ? error : `${place}: ${error}`);
  });
  return [...new Set(issues)];
}

function innermost(error: unknown): unknown {
  let current = error;
  for (let depth = 0; depth < 10 && current instanceof Error && current.cause !== undefined; depth++) {
    current = current.cause;
  }
  return current;
}

/** What Amplify's own errors advise, as a sentence more. */
function resolutionOf(error: Error): string {
  return 'resolution' in error && typeof error.resolution === 'string' ? `. ${error.resolution}` : '';
}

function ownFrame(stack: string, rootDir: string): string | undefined {
  const places = stack
    .split('\n')
    .map((line) => /(?:\(|at )(?:file:\/\/)?(\/[^()]+:\d+:\d+)\)?$/.exec(line)?.[1]);
  const own = places.find((place) => place?.startsWith(rootDir) && !place.includes('/node_modules/'));
  return own === undefined ? undefined : relative(own, rootDir);
}

function relative(text: string, rootDir: string): string {
  return text.replaceAll(`file://${rootDir}`, '').replaceAll(rootDir, '');
}
