import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { stripVTControlCharacters } from 'node:util';

/** Time between asking a child to end and ending it. */
const GRACE_MS = 5_000;

/** What is run, and how it is bounded. */
export interface ChildOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  /** Added to this process's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Everything that it writes is added to this file. */
  readonly logFile: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Told each line that it writes, without colours. */
  readonly onLine?: (line: string) => void;
}

/** How a child ended. */
export interface ChildEnd {
  /** Its exit status; null where a signal ended it. */
  readonly status: number | null;
  readonly killedBy: NodeJS.Signals | null;
  /** Whether it was ended because its time was over. */
  readonly isTimeout: boolean;
}

/**
 * Runs a command in a process group of its own, so that whatever it starts ends with it: when its time is over, and
 * on abort. It gets SIGTERM, and SIGKILL when it does not heed that.
 *
 * @throws the signal's reason, where it aborts, once the group is gone
 * @throws where the command cannot be started
 */
export async function runChild(command: string, options: ChildOptions): Promise<ChildEnd> {
  const { args, cwd, env, logFile, timeoutMs, signal, onLine } = options;
  signal.throwIfAborted();
  await mkdir(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'a' });
  log.write(`$ ${command} ${args.join(' ')}\n`);
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ending = new Ending(child);
  const timer = setTimeout(() => ending.begin(), timeoutMs);
  const abort = () => ending.begin();
  // The folder above took a moment, in which the abort may have come.
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const end = await endOf(child, { log, onLine: onLine ?? (() => undefined) });
    signal.throwIfAborted();
    return { ...end, isTimeout: ending.hasBegun };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    ending.finish();
    log.end();
    await finished(log);
  }
}

function endOf(
  child: ChildProcess,
  { log, onLine }: { log: WriteStream; onLine: (line: string) => void },
): Promise<Omit<ChildEnd, 'isTimeout'>> {
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream?.setEncoding('utf8').on('data', (text: string) => {
        log.write(text);
        // A spinner rewrites its line: a carriage return ends one as well.
        const lines = `${rest}${text}`.split(/\r?\n|\r/);
        rest = (lines.pop() ?? '').slice(-1_000);
        for (const line of lines) if (line.trim() !== '') onLine(stripVTControlCharacters(line).trim());
      });
    }
    child.on('error', reject);
    // 'close' and not 'exit': what it wrote last may still be on its way.
    child.on('close', (status, killedBy) => resolve({ status, killedBy }));
  });
}

/** The end of a process group: asked for, then made. */
class Ending {
  readonly #child: ChildProcess;
  #timer: NodeJS.Timeout | undefined;
  hasBegun = false;

  constructor(child: ChildProcess) {
    this.#child = child;
  }

  begin(): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    this.#signal('SIGTERM');
    this.#timer = setTimeout(() => this.#signal('SIGKILL'), GRACE_MS);
  }

  /** Ends what the command may have left behind. */
  finish(): void {
    clearTimeout(this.#timer);
    this.#signal('SIGKILL');
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch (error) {
      // ESRCH: the group has ended by itself, which is the usual case.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}
