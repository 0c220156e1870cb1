import { isPlatformClientError, isProblemError } from '@gsp/client/fetch';
import type { ReactNode } from 'react';
import { ErrorState } from '../ui/states.tsx';

/** What could not be done, and why. */
export interface FailureNoteProps {
  readonly title: string;
  readonly failure: Failure;
  readonly action?: ReactNode;
}

/** A failure in the words of whoever refused, with what can be done and the id that finds it in the logs. */
export function FailureNote({ title, failure, action }: FailureNoteProps) {
  const { detail, remedy, correlationId } = failure;
  return (
    <ErrorState title={title} action={action}>
      <p>{detail}</p>
      {remedy !== '' && <p>{remedy}</p>}
      {correlationId !== null && (
        <p>
          Correlation id: <code>{correlationId}</code>
        </p>
      )}
    </ErrorState>
  );
}

/** What went wrong, for the user. */
export interface Failure {
  /** What happened this time. */
  readonly detail: string;
  /** What can be done; empty where nothing is known. */
  readonly remedy: string;
  /** Finds the request in the logs; null where no region answered. */
  readonly correlationId: string | null;
}

/** Puts an error in words: of the client's own errors the detail of the problem and its remedy, of any other the message. */
export function describeFailure(error: unknown): Failure {
  if (isProblemError(error)) {
    const faults = (error.problem?.errors ?? []).map(({ path, message }) => `${path}: ${message}`);
    const detail = [sentence(error.detail), ...faults.map(sentence)].join(' ');
    return { detail, remedy: error.remedy, correlationId: error.correlationId };
  }
  if (isPlatformClientError(error)) {
    // The remedy closes the message; it is shown on its own.
    const detail = error.message.endsWith(error.remedy)
      ? error.message.slice(0, -error.remedy.length).trim()
      : error.message;
    return { detail: sentence(detail), remedy: error.remedy, correlationId: null };
  }
  const detail = error instanceof Error && error.message !== '' ? error.message : String(error);
  return { detail: sentence(detail), remedy: '', correlationId: null };
}

/** Whether a call ended because its caller left: nothing to be shown. */
export function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
