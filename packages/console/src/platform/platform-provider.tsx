import type { PlatformClient } from '@gsp/client';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { LoadedPlatform } from './load-platform.ts';
import { type ConsolePlatform, type MeasuredLag, PlatformContext } from './platform-context.tsx';
import { useTwin } from './use-twin.ts';

/** What was loaded, the client of it, and what is shown with it. */
export interface PlatformProviderProps {
  readonly loaded: LoadedPlatform;
  readonly client: PlatformClient;
  readonly children: ReactNode;
}

/** Gives everything below it the platform, and keeps the twin's state up to date. */
export function PlatformProvider({ loaded, client, children }: PlatformProviderProps) {
  const { outputs } = loaded;
  const twin = useTwin(loaded);
  const [measuredLag, setMeasuredLag] = useState<readonly MeasuredLag[]>([]);
  const noteMeasuredLag = useCallback((measured: MeasuredLag) => {
    setMeasuredLag((known) => [
      ...known.filter(({ from, to }) => from !== measured.from || to !== measured.to),
      measured,
    ]);
  }, []);

  const platform = useMemo(
    (): ConsolePlatform => ({
      outputs,
      regions: outputs.regions,
      client,
      twin,
      measuredLag,
      noteMeasuredLag,
    }),
    [outputs, client, twin, measuredLag, noteMeasuredLag],
  );
  return <PlatformContext value={platform}>{children}</PlatformContext>;
}
