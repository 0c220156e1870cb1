import type { OperatorCredentials } from '@gsp/client/operator';
import { createTwinClient } from '@gsp/twin/control';
import { createContext, type ReactNode, useContext, useMemo, useRef, useState } from 'react';
import { usePlatform } from '../platform/platform-context.tsx';

/** Who asks when something is evacuated. */
export interface Operator {
  /** `twin`: the twin's own operator, at hand. `pasted`: what was entered here. `missing`: nobody yet. */
  readonly source: 'twin' | 'pasted' | 'missing';
  /**
   * The credentials to sign with.
   *
   * @throws {Error} when there are none
   */
  credentials(): Promise<OperatorCredentials>;
  /** Keeps credentials for as long as this page is open, in its memory and nowhere else; null forgets them. */
  keep(credentials: OperatorCredentials | null): void;
}

const OperatorContext = createContext<Operator | null>(null);

/** Gives everything below it one operator. */
export function OperatorProvider({ children }: { readonly children: ReactNode }) {
  const { twin } = usePlatform();
  const hasTwin = twin !== null;
  // A ref and not a state: a secret has no business in what developer tools show of components.
  const pasted = useRef<OperatorCredentials | null>(null);
  const [hasPasted, setHasPasted] = useState(false);
  const operator = useMemo(
    (): Operator => ({
      source: hasTwin ? 'twin' : hasPasted ? 'pasted' : 'missing',
      credentials: async () => {
        if (hasTwin) return createTwinClient().operatorKey(new AbortController().signal);
        if (pasted.current !== null) return pasted.current;
        throw new Error("Cannot sign the request: there are no credentials, an operator's are needed.");
      },
      keep: (credentials) => {
        pasted.current = credentials;
        setHasPasted(credentials !== null);
      },
    }),
    [hasTwin, hasPasted],
  );
  return <OperatorContext value={operator}>{children}</OperatorContext>;
}

/**
 * The operator of this page.
 *
 * @throws {Error} outside of an `OperatorProvider`, which is a mistake of the caller
 */
export function useOperator(): Operator {
  const operator = useContext(OperatorContext);
  if (operator === null)
    throw new Error(
      'Cannot use the operator: there is none here, a component below OperatorProvider is needed',
    );
  return operator;
}
