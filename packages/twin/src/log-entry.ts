/**
 * One line of a region's log, as every emulated service hands it to the process that runs it.
 *
 * `source` names who wrote it the way CloudWatch would: `/aws/lambda/<function>`, an access-log group,
 * or `twin/<service>` for the twin's own messages. `message` is the line itself, without a line break
 * at its end; JSON lines stay JSON.
 */
export interface LogEntry {
  readonly region: string;
  readonly source: string;
  readonly timeMs: number;
  readonly message: string;
}

/** Takes a log line. Must never throw and never wait: a service logs in the middle of a request. */
export type LogSink = (entry: LogEntry) => void;
