import { createClient, type PlatformClient } from '@gsp/client';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import { type LoadedPlatform, loadPlatform } from './load-platform.ts';
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

/** How far the page has come with finding out what it stands before. */
export type Loading =
  | { readonly step: 'loading' }
  | { readonly step: 'failed'; readonly message: string }
  | { readonly step: 'loaded'; readonly loaded: LoadedPlatform; readonly client: PlatformClient };

/** Loads the platform once, and again when it is told to. */
export function useLoadedPlatform(): { readonly loading: Loading; readonly retry: () => void } {
  const [loading, setLoading] = useState<Loading>({ step: 'loading' });
  const load = useCallback(async (signal: AbortSignal) => {
    try {
      const loaded = await loadPlatform(signal);
      const client = createClient({ outputs: loaded.outputs.content });
      setLoading({ step: 'loaded', loaded, client });
    } catch (error) {
      if (signal.aborted) return;
      setLoading({ step: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  }, []);
  useEffect(() => {
    const end = new AbortController();
    void load(end.signal);
    return () => end.abort();
  }, [load]);
  const retry = useCallback(() => {
    setLoading({ step: 'loading' });
    void load(new AbortController().signal);
  }, [load]);
  return { loading, retry };
}
