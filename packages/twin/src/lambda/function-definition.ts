/** Lambda's application log levels, least severe first. */
export const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

/** One of Lambda's application log levels. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A Lambda function as its template describes it, with every intrinsic resolved. JSON-serialisable. */
export interface FunctionDefinition {
  readonly functionName: string;
  readonly functionArn: string;
  /** Module and export, e.g. `index.handler`. */
  readonly handler: string;
  /** Absolute folder of the bundled asset. */
  readonly codeDir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** The template's runtime, e.g. `nodejs24.x`. The code runs on the Node.js of this process all the same. */
  readonly runtime: string;
  readonly logFormat: 'JSON' | 'Text';
  readonly logGroup: string;
  /** Console lines below this level are dropped, in JSON format only. @default 'INFO', as Lambda */
  readonly applicationLogLevel?: LogLevel;
}
