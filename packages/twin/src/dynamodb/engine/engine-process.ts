/** Which engine keeps the items: a bundled one, or the URL of one that the user runs. */
export type EngineKind = 'dynoxide' | 'dynamodb-local' | `http://${string}` | `https://${string}`;

/** A running engine. Replicas talk to `url`; the process is ended with `kill`. */
export interface EngineProcess {
  /** Absent when the engine is somebody else's process. */
  readonly pid: number | undefined;
  /** Without a trailing slash. */
  readonly url: string;
  /** Resolves once the process has ended, whoever ended it. Never resolves for an engine given by URL. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Sends a signal; does nothing after the end, or for an engine given by URL. */
  kill(signal: NodeJS.Signals): void;
}

/** What every adapter is started with. */
export interface EngineStartOptions {
  /** Loopback address to listen on. */
  readonly host: string;
  readonly port: number;
  /** Folder of the engine's database and log; made when it is missing. */
  readonly dataDir: string;
  readonly region: string;
  /** Told the process's id in the turn in which it was started, long before it answers. @default - nobody is */
  readonly onSpawn?: (pid: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Reads an engine's kind as a person writes it after `--engine`.
 *
 * @throws {EngineError} `EngineKindUnknown` when it is neither a known name nor an http(s) URL
 */
export function parseEngineKind(text: string): EngineKind {
  if (text === 'dynoxide' || text === 'dynamodb-local') return text;
  if (URL.canParse(text) && isHttpUrl(text)) return text;
  throw new EngineError(
    'EngineKindUnknown',
    `Cannot choose the engine "${text}": it is neither a known name nor a URL. ` +
      'Pass --engine dynoxide, --engine dynamodb-local or --engine http://<host>:<port>.',
  );
}

/** True for an engine that the user runs and names by its URL. */
function isHttpUrl(kind: string): kind is `http://${string}` | `https://${string}` {
  return /^https?:\/\//.test(kind);
}

/** Why an engine could not be started. */
export type EngineErrorCode = 'EngineMissing' | 'EngineNotReady' | 'EngineKindUnknown';

/**
 * An engine process cannot be started or does not answer. The message ends with the remedy, so that it can
 * be shown to a person as it is.
 */
export class EngineError extends Error {
  /** The message is for a person as it stands: a command shows it without a stack. */
  readonly isExpected = true;
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineError';
    this.code = code;
  }
}
