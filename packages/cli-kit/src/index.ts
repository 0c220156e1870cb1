export { findBuild, fingerprintOf, keepBuild, pruneBuilds } from './build-cache.ts';
export { type ChildEnd, lastLines, runChild } from './child-process.ts';
export { type Clock, wallClock } from './clock.ts';
export { CommandError, isExpected } from './command-error.ts';
export { type DurationBounds, formatSeconds, parseDuration } from './duration.ts';
export { exitWith, INCONCLUSIVE, runCommand } from './exit-with.ts';
export {
  FormerName,
  jsonOption,
  newCommand,
  numberWithin,
  outOption,
  portUpTo,
  regionsOption,
  stageOption,
  twinOption,
  wholeNumber,
  withExamples,
  yesOption,
} from './options.ts';
export { percentile } from './percentile.ts';
export { type PollOptions, poll } from './poll.ts';
export { openTerminal, type Terminal, terminal } from './terminal.ts';
export { waitForTermination } from './termination.ts';
export { withAbort, withTimeout } from './with-abort.ts';
