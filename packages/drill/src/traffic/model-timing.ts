import type { TrafficRecord } from './traffic-recording.ts';

/** How long a verdict on its own health, or on its evacuation, may be kept by an execution environment. */
const VERDICT_CACHE_SECONDS = 1;

/** What goes at its own pace whatever the time scale is: the time that a scenario's fault takes to show at the checkers, in model seconds, and in words where it is any. */
export type ModelTiming = (record: TrafficRecord) => { readonly seconds: number; readonly words: string };

/** Nothing but the arithmetic: the fault shows at once. */
export const atOnce: ModelTiming = () => ({ seconds: 0, words: '' });

/** A checker learns of a late answer only when it has waited for it. */
export const afterCheckerTimeout: ModelTiming = ({ checkerTimeoutSeconds, timeScale }) => ({
  seconds: checkerTimeoutSeconds * timeScale,
  words: ` + ${plain(checkerTimeoutSeconds * timeScale)} s that a checker waits`,
});

/** The last good verdict may be kept for a second, and the first bad one comes as late as a read of the table may. */
export const afterVerdictCache: ModelTiming = (record) => {
  const waited = afterCheckerTimeout(record);
  const kept = VERDICT_CACHE_SECONDS * record.timeScale;
  return {
    seconds: kept + waited.seconds,
    words: ` + ${plain(kept)} s that a verdict is kept${waited.words}`,
  };
};

/**
 * Seconds until every execution environment does what an experiment says, and until each has left it again: the extension
 * in them asks once in a minute, and three times as often while something is broken.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/use-lambda-actions.html
 */
export const EXPERIMENT_SECONDS = { rampUp: 60, rampDown: 20 } as const;

/** An experiment shows at checkers when every environment has heard of it; a late answer, when it has been waited for. */
export const afterRampUp: ModelTiming = (record) => {
  const waited = afterCheckerTimeout(record);
  return {
    seconds: EXPERIMENT_SECONDS.rampUp + waited.seconds,
    words: ` + ${EXPERIMENT_SECONDS.rampUp} s until functions hear of it${waited.words}`,
  };
};

/** The same when an experiment is over. */
export const afterRampDown: ModelTiming = (record) => {
  const waited = afterCheckerTimeout(record);
  return {
    seconds: EXPERIMENT_SECONDS.rampDown + waited.seconds,
    words: ` + ${EXPERIMENT_SECONDS.rampDown} s until functions hear of it${waited.words}`,
  };
};

/** Only the second that a verdict is kept, as if it passed as fast as everything else. */
export const withinASecond: ModelTiming = () => ({ seconds: 1, words: ' + 1 s' });

/** Seconds for a person, to a tenth. */
export function plain(seconds: number): string {
  return String(Math.round(seconds * 10) / 10);
}
