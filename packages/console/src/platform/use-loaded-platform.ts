import { createPlatformClient, type PlatformClient } from '@gsp/client';
import { useCallback, useEffect, useState } from 'react';
import { type LoadedPlatform, loadPlatform } from './load-platform.ts';

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
      const client = createPlatformClient({ outputs: loaded.outputs.file });
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
