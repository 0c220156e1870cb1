import { readFileSync } from 'node:fs';

/**
 * Resolves when this process is told to end: Ctrl-C, SIGTERM, or its terminal going away.
 *
 * A second Ctrl-C does not kill the process half way: the regions it started would outlive it for a moment,
 * and ending them is bounded anyway.
 */
export function waitForTermination(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(signal));
    if (!isHangupIgnored()) process.on('SIGHUP', () => resolve('SIGHUP'));
    // A terminal that is gone answers writes with EIO or EPIPE; without a listener that would be a crash.
    process.stdout.on('error', () => resolve('SIGHUP'));
    process.stderr.on('error', () => resolve('SIGHUP'));
    onLauncherGone(() => resolve('SIGTERM'));
  });
}

const LAUNCHER_CHECK_MS = 250;

/**
 * npm passes a signal on to the shell that it started, and that shell ends without passing it on to us. Then our
 * parent has changed. Outside npm a changed parent means nothing: whoever detached us did it on purpose.
 */
function onLauncherGone(gone: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const launcher = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(timer);
    gone();
  }, LAUNCHER_CHECK_MS);
  timer.unref();
}

/** True under `nohup`: whoever started us wants us to outlive the terminal, and a listener would undo that. */
function isHangupIgnored(): boolean {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return mask !== undefined && (BigInt(`0x${mask}`) & 1n) === 1n;
  } catch {
    return false;
  }
}
