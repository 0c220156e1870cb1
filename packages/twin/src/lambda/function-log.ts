import { format } from 'node:util';
import { LOG_LEVELS, type LogLevel } from './function-definition.ts';

/** How one function's console lines are written, and who takes them. */
export interface FunctionLogOptions {
  readonly logFormat: 'JSON' | 'Text';
  readonly logLevel: LogLevel;
  /** The invocation under way; none while the code loads. */
  readonly requestId: () => string | undefined;
  readonly write: (line: string) => void;
}

/** Console methods and the level that Lambda writes for each. */
const CONSOLE_LEVELS = {
  trace: 'TRACE',
  debug: 'DEBUG',
  log: 'INFO',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
} as const;

/**
 * Turns the console of this thread into Lambda's: one line an entry, in the function's log format.
 *
 * JSON format wraps text into `{timestamp, level, requestId, message}` and leaves an entry alone that is a JSON
 * object already, as loggers write them. What goes to stdout or stderr directly stays as it is, line by line.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 *
 * @returns a function that writes out the unfinished last lines
 */
export function captureConsole(options: FunctionLogOptions): () => void {
  for (const [method, level] of Object.entries(CONSOLE_LEVELS)) {
    const write = (...parts: unknown[]): void => {
      const line = consoleLine(level, parts, options);
      if (line !== undefined) options.write(line);
    };
    Object.defineProperty(console, method, { value: write, writable: true, configurable: true });
  }
  const flushes = [
    captureStream(process.stdout, options.write),
    captureStream(process.stderr, options.write),
  ];
  return () => {
    for (const flush of flushes) flush();
  };
}

/** One console call as a line of the function's log, or nothing when its level is filtered out. */
export function consoleLine(
  level: LogLevel,
  parts: readonly unknown[],
  { logFormat, logLevel, requestId }: Omit<FunctionLogOptions, 'write'>,
): string | undefined {
  const timestamp = new Date().toISOString();
  if (logFormat === 'Text') {
    return `${timestamp}\t${requestId() ?? 'undefined'}\t${level}\t${format(...parts)}`;
  }
  const only = parts.length === 1 ? parts[0] : undefined;
  if (typeof only === 'string' && isJsonObject(only)) return only;
  if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(logLevel)) return undefined;
  const thrown = parts.find((part) => part instanceof Error);
  const entry = { timestamp, level, requestId: requestId(), ...(thrown && errorFields(thrown)) };
  try {
    return JSON.stringify({ ...entry, message: isPlain(only) ? only : format(...parts) });
  } catch {
    // A circular object: its inspected form says more than nothing.
    return JSON.stringify({ ...entry, message: format(...parts) });
  }
}

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof Error);
}

function errorFields(error: Error): object {
  return { errorType: error.name, errorMessage: error.message, stackTrace: error.stack?.split('\n') ?? [] };
}

function isJsonObject(text: string): boolean {
  if (!text.startsWith('{') || !text.trimEnd().endsWith('}')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Replaces a stream's `write` by one that hands over whole lines. */
function captureStream(stream: NodeJS.WriteStream, write: (line: string) => void): () => void {
  let open = '';
  const capture = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    const lines = (open + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))).split(
      '\n',
    );
    open = lines.pop() ?? '';
    for (const line of lines) write(line);
    const callback = typeof encoding === 'function' ? encoding : done;
    if (typeof callback === 'function') queueMicrotask(() => callback());
    return true;
  };
  Object.defineProperty(stream, 'write', { value: capture, writable: true, configurable: true });
  return () => {
    if (open !== '') write(open);
    open = '';
  };
}
