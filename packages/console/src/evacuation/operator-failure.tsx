import { ErrorState } from '../ui/states.tsx';
import type { Refusal } from './refusal-text.ts';

/** A refusal with its remedy, or nothing. */
export function OperatorFailure({ failure }: { readonly failure: Refusal | null }) {
  if (failure === null) return null;
  return (
    <ErrorState title={failure.message}>{failure.remedy !== null && <p>{failure.remedy}</p>}</ErrorState>
  );
}
