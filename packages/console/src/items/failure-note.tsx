import type { ReactNode } from 'react';
import { ErrorState } from '../ui/states.tsx';
import type { Failure } from './describe-failure.ts';

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
