const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration as it is read: `240 ms`, `1.8 s`, `42 s`, `3 min`, `2 h 5 min`, `4 d`. */
export function durationText(ms: number): string {
  // Each bound is where rounding would reach the next unit: 999.7 ms is 1.0 s, 9.97 s is 10 s.
  if (ms < SECOND - 0.5) return `${Math.round(ms)} ms`;
  if (ms < 9.95 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < 59.5 * SECOND) return `${Math.round(ms / SECOND)} s`;
  if (ms < HOUR - MINUTE / 2) return `${Math.round(ms / MINUTE)} min`;
  if (ms < DAY) return hoursText(ms);
  return `${Math.floor(ms / DAY)} d`;
}

function hoursText(ms: number): string {
  const minutes = Math.round(ms / MINUTE);
  const rest = minutes % 60;
  const hours = Math.floor(minutes / 60);
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** How long ago a moment was: `just now`, `42 s ago`, `3 min ago`. A moment that is not one is `unknown`. */
export function agoText(iso: string, nowMs: number): string {
  const ms = nowMs - Date.parse(iso);
  if (Number.isNaN(ms)) return 'unknown';
  return ms < 2 * SECOND ? 'just now' : `${wholeSeconds(ms)} ago`;
}

/** How long something has been so: `for 42 s`. */
export function forText(iso: string, nowMs: number): string {
  const ms = Math.max(0, nowMs - Date.parse(iso));
  return Number.isNaN(ms) ? '' : `for ${wholeSeconds(ms)}`;
}

/** How long until a moment: `in 12 min`, `now` once it is past. */
export function untilText(iso: string, nowMs: number): string {
  const ms = Date.parse(iso) - nowMs;
  if (Number.isNaN(ms)) return 'unknown';
  return ms <= 0 ? 'now' : `in ${wholeSeconds(ms)}`;
}

/** Tenths of a second that tick by would only make the page restless. */
function wholeSeconds(ms: number): string {
  return durationText(ms < MINUTE ? Math.max(SECOND, Math.round(ms / SECOND) * SECOND) : ms).replace(
    '.0 s',
    ' s',
  );
}
