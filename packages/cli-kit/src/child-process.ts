import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { stripVTControlCharacters } from 'node:util';

/** Time between asking a child to end and ending it. */
const GRACE_MS = 5_000;

/** What is kept of each stream where nobody says: enough for any message, and bounded for one that never stops. */
const KEPT_CHARACTERS = 64_000;

/** What is run, and how it is bounded. */
export interface ChildOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  /** Added to this process's environment; undefined takes a variable out of it. @default - nothing */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Everything that it writes is added to this file. @default - to none */
  readonly logFile?: string;
  /** @default Infinity */
  readonly timeoutMs?: number;
  /** @default - nobody ends it */
  readonly signal?: AbortSignal | undefined;
  /** Told each line that it writes, without colours. */
  readonly onLine?: (line: string) => void;
  /** Told what it writes as it comes, on either stream. */
  readonly onText?: (text: string) => void;
  /** Whether it writes to this process's own streams, where nothing of it is kept. @default false */
  readonly isVisible?: boolean;
  /** Whether it can send messages, as a Node.js program does by `process.send`. @default false */
  readonly hasMessages?: boolean;
  /** What is kept of each stream; of a longer one, the end. @default 64000 */
  readonly keptCharacters?: number;
}

/** How a child ended. */
export interface ChildEnd {
  /** Its exit status; null where a signal ended it. */
  readonly status: number | null;
  readonly killedBy: NodeJS.Signals | null;
  /** Whether it was ended because its time was over. */
  readonly isTimeout: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** The last lines of both streams. */
  readonly tail: OutputTail;
  /** What it sent; empty unless it could. */
  readonly messages: readonly unknown[];
}

/**
 * Runs a command in a process group of its own, so that whatever it starts ends with it: when its time is over, and
 * on abort. It gets SIGTERM, and SIGKILL when it does not heed that.
 *
 * @throws the signal's reason, where it aborts, once the group is gone
 * @throws where the command cannot be started, with the system's `code`
 */
export async function runChild(command: string, options: ChildOptions): Promise<ChildEnd> {
  const { args, cwd, env, timeoutMs, signal, isVisible = false, hasMessages = false } = options;
  signal?.throwIfAborted();
  const [{ execa }, output] = await Promise.all([import('execa'), ChildOutput.open(command, options)]);
  const stdio = isVisible ? 'inherit' : 'pipe';
  const child = execa(command, args, {
    cwd,
    env: { ...env },
    stdin: isVisible ? 'inherit' : 'ignore',
    stdout: stdio,
    stderr: stdio,
    buffer: { stdout: false, stderr: false, ipc: true },
    ipc: hasMessages,
    detached: true,
    reject: false,
  });
  output.listenTo(child);
  const group = new ProcessGroup(child.pid);
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => group.end(), timeoutMs);
  const abort = () => group.end();
  // Loading and opening took a moment, in which the abort may have come.
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const result = await child;
    signal?.throwIfAborted();
    if (result.exitCode === undefined && result.signal === undefined) throw result.cause ?? result;
    return {
      status: result.exitCode ?? null,
      killedBy: result.signal ?? null,
      isTimeout: group.isEnding,
      stdout: output.stdout,
      stderr: output.stderr,
      tail: output.tail,
      messages: result.ipcOutput ?? [],
    };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    group.kill();
    await output.close();
  }
}

/** The end of what a command wrote, for a message. */
export function lastLines(text: string, count: number): string {
  return text.trim().split('\n').slice(-count).join('\n');
}

/** The last lines of what a command wrote, without colours, for a message. */
export class OutputTail {
  /** Lines that are kept. */
  static readonly lines = 8;
  readonly #lines: string[] = [];
  #error: string | undefined;

  add(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > OutputTail.lines) this.#lines.shift();
    if (/error/i.test(line)) this.#error = line;
  }

  /** The lines as they were written; empty where there are none. */
  get text(): string {
    return this.#lines.join('\n');
  }

  /** The last line that names an error, else the last one; without its full stop. */
  get errorLine(): string {
    return (this.#error ?? this.#lines.at(-1) ?? 'it wrote nothing').slice(0, 300).replace(/[.\s]+$/, '');
  }
}

/** Everything that a child writes, and where it goes. */
class ChildOutput {
  readonly tail = new OutputTail();
  readonly #options: ChildOptions;
  readonly #log: WriteStream | undefined;
  stdout = '';
  stderr = '';

  private constructor(options: ChildOptions, log: WriteStream | undefined) {
    this.#options = options;
    this.#log = log;
  }

  static async open(command: string, options: ChildOptions): Promise<ChildOutput> {
    if (options.logFile === undefined) return new ChildOutput(options, undefined);
    await mkdir(dirname(options.logFile), { recursive: true });
    const log = createWriteStream(options.logFile, { flags: 'a' });
    log.write(`$ ${command} ${options.args.join(' ')}\n`);
    return new ChildOutput(options, log);
  }

  listenTo(child: { readonly stdout: Readable | null; readonly stderr: Readable | null }): void {
    const { keptCharacters = KEPT_CHARACTERS } = this.#options;
    this.#read(child.stdout, (text) => {
      this.stdout = (this.stdout + text).slice(-keptCharacters);
    });
    this.#read(child.stderr, (text) => {
      this.stderr = (this.stderr + text).slice(-keptCharacters);
    });
  }

  async close(): Promise<void> {
    if (this.#log === undefined) return;
    this.#log.end();
    await finished(this.#log);
  }

  #read(stream: Readable | null, keep: (text: string) => void): void {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      keep(text);
      this.#log?.write(text);
      this.#options.onText?.(text);
      // A spinner rewrites its line: a carriage return ends one as well.
      const lines = `${rest}${text}`.split(/\r?\n|\r/);
      rest = (lines.pop() ?? '').slice(-1_000);
      for (const line of lines) this.#tell(line);
    });
    stream?.on('end', () => this.#tell(rest));
  }

  #tell(written: string): void {
    const line = stripVTControlCharacters(written).trimEnd();
    if (line.trim() === '') return;
    this.tail.add(line);
    this.#options.onLine?.(line.trim());
  }
}

/** A child and all that it started. */
class ProcessGroup {
  readonly #id: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  isEnding = false;

  constructor(id: number | undefined) {
    this.#id = id;
  }

  /** Asks it to end, and ends it when it does not heed that. */
  end(): void {
    if (this.isEnding) return;
    this.isEnding = true;
    this.#signal('SIGTERM');
    this.#timer = setTimeout(() => this.#signal('SIGKILL'), GRACE_MS);
  }

  /** Ends what may be left of it. */
  kill(): void {
    clearTimeout(this.#timer);
    this.#signal('SIGKILL');
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#id === undefined) return;
    try {
      process.kill(-this.#id, signal);
    } catch (error) {
      // ESRCH: the group has ended by itself, which is the usual case.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}
