import type { OperatorOptions } from '@gsp/client/operator';
import { useMemo } from 'react';
import { usePlatform } from '../platform/platform-context.tsx';
import { useOperator } from './operator-context.tsx';

/** What every request of the operator takes, from this page. */
export function useOperatorOptions(): Omit<OperatorOptions, 'signal'> {
  const { regions } = usePlatform();
  const { credentials } = useOperator();
  return useMemo(() => ({ regions, credentials }), [regions, credentials]);
}
