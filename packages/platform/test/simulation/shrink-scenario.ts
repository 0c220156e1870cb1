import type { Scenario, Step } from './scenario.ts';

/** Most scenarios that are tried for a smaller one. */
const triesMax = 600;

/**
 * Leaves out steps of a scenario for as long as it still fails: first halves, then quarters, in the end one by one
 * (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002, without complements).
 */
export async function shrinkScenario(
  scenario: Scenario,
  fails: (smaller: Scenario) => Promise<boolean>,
): Promise<Scenario> {
  let best = scenario;
  let tries = 0;
  const accept = async (smaller: Scenario) => {
    if (tries++ >= triesMax || !(await fails(smaller))) return false;
    best = smaller;
    return true;
  };
  await accept({ ...best, duplicated: 0 });
  await accept({ ...best, coalesced: 0 });
  for (let size = best.steps.length; size >= 1; ) {
    let hasShrunk = false;
    for (let from = 0; from < best.steps.length; ) {
      const left = [...best.steps.slice(0, from), ...best.steps.slice(from + size)];
      if (left.length > 0 && (await accept({ ...best, steps: left }))) hasShrunk = true;
      else from += size;
    }
    if (!hasShrunk || size > best.steps.length) size = Math.floor(size / 2);
  }
  return accept({ ...best, steps: best.steps.map(withoutFault) }).then(() => best);
}

function withoutFault(step: Step): Step {
  if (step.kind !== 'operation') return step;
  const { fault: _fault, ...sound } = step;
  return sound;
}
