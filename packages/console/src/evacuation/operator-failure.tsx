import { ErrorState } from '../ui/states.tsx';
import type { FailedRequest } from './use-operator-action.ts';

/** A refusal with its remedy, or nothing. */
export function OperatorFailure({ failure }: { readonly failure: FailedRequest | null }) {
  if (failure === null) return null;
  return (
    <ErrorState title={failure.message}>{failure.remedy !== null && <p>{failure.remedy}</p>}</ErrorState>
  );
}
