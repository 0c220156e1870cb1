import { useEffect, useRef } from 'react';

/** Calls `onLongHidden` once the page has not been seen for `hiddenMs` on end. */
export function useLongHidden(
  hiddenMs: number,
  { isEnabled, onLongHidden }: { readonly isEnabled: boolean; readonly onLongHidden: () => void },
): void {
  const latest = useRef(onLongHidden);
  useEffect(() => {
    latest.current = onLongHidden;
  });
  useEffect(() => {
    if (!isEnabled) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      clearTimeout(timer);
      if (document.visibilityState === 'hidden') timer = setTimeout(() => latest.current(), hiddenMs);
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [hiddenMs, isEnabled]);
}
