import type { LogSink } from '../http/request-log-line.ts';

/**
 * Writes a line to standard output. Not through `console`: in Lambda's JSON log format that would wrap the line
 * in another JSON object, whereas a line that is JSON already is kept as it is.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export const writeLogLine: LogSink = (line) => {
  process.stdout.write(`${line}\n`);
};
