import { problemDefinition } from '../contract/problems.ts';
import type { Clock } from '../domain/clock.ts';
import { PlatformError } from '../domain/platform-error.ts';
import type { LogSink } from './request-log-line.ts';

/** What the log of operators' acts needs. */
export interface OperatorLogOptions {
  /** The region that is asked. */
  readonly region: string;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: LogSink;
}

/** What an operator asks for. */
export interface OperatorAct {
  readonly act: 'evacuate' | 'restore';
  readonly target: string;
  /** The operator's ARN. */
  readonly by: string;
  readonly correlationId: string;
  readonly reason?: string;
  readonly expiresInSeconds?: number;
}

/** Carries an act out and writes one line about it. Gives back, or throws, what the work does. */
export type OperatorLog = <T>(act: OperatorAct, work: () => Promise<T>) => Promise<T>;

/**
 * Makes the log of operators' acts: a line of JSON for each, with `outcome` done, refused (the platform said no, nothing
 * was changed) or failed (it may have been done). Beside the audit trail, which is in the table: when no table can be
 * written, the log still tells who tried.
 */
export function createOperatorLog({ region, clock, log }: OperatorLogOptions): OperatorLog {
  const write = (act: OperatorAct, outcome: Outcome) => {
    const timestamp = new Date(clock.nowMs()).toISOString();
    log(JSON.stringify({ timestamp, level: 'WARN', message: 'evacuation', ...outcome, ...act, region }));
  };
  return async (act, work) => {
    try {
      const result = await work();
      write(act, { outcome: 'done' });
      return result;
    } catch (error) {
      write(act, outcomeOf(error));
      throw error;
    }
  };
}

interface Outcome {
  readonly outcome: 'done' | 'refused' | 'failed';
  readonly why?: string;
}

function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof PlatformError)) return { outcome: 'failed', why: String(error) };
  const isRefused = problemDefinition(error.code).status < 500 && !problemDefinition(error.code).retryable;
  return { outcome: isRefused ? 'refused' : 'failed', why: error.message };
}
