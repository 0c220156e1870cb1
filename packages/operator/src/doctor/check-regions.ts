import type { CheckResult } from './check-result.ts';
import type { ExaminedStage } from './examined-stage.ts';

/** How many regions a stage has, and whether that is enough to survive the loss of one. */
export function checkRegions({ name, kind, regions }: ExaminedStage): CheckResult {
  const found = { check: 'regions', stage: name };
  if (regions.length > 1) {
    const [primary, ...others] = regions;
    return { ...found, level: 'ok', what: `${primary} (primary), ${others.join(', ')}` };
  }
  const where = kind === 'listed' ? regions.join('') : 'the one it is deployed to';
  return {
    ...found,
    level: kind === 'listed' ? 'warning' : 'note',
    what: `A single region: ${where}`,
    why: 'Nothing takes over when it is lost, and it cannot be evacuated.',
    ...(kind === 'listed' && { remedy: `Remove stages['${name}'].regions, or name two.` }),
  };
}
