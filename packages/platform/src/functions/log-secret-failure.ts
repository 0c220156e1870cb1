import { describeError } from './describe-error.ts';
import { writeLogLine } from './write-log-line.ts';

/** Logs that one of the edge's secrets could not be read: as long as values are known, nothing else tells of it. */
export function logSecretFailure(failure: unknown): void {
  writeLogLine(
    JSON.stringify({
      timestamp: new Date().toISOString(),
      level: 'WARN',
      message: 'Cannot read a secret of the edge: the values that are known go on counting',
      error: describeError(failure),
    }),
  );
}
