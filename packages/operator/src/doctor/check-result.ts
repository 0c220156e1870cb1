/** How much a finding matters: `fault` fails the command, `warning` should be read, `note` may be, `ok` is fine. */
type CheckLevel = 'ok' | 'note' | 'warning' | 'fault';

/** One thing that a check found. */
export interface CheckResult {
  /** The check, such as `domain`. */
  readonly check: string;
  /** Stage it is about, or null where it is about this machine or the topology as a whole. */
  readonly stage: string | null;
  readonly level: CheckLevel;
  /** What is the case. */
  readonly what: string;
  /** Why that matters. @default - it speaks for itself */
  readonly why?: string;
  /** What to do. @default - nothing */
  readonly remedy?: string;
  /** Command to run once every region is deployed. @default - nothing */
  readonly afterDeploy?: string;
}

const SIGN: Readonly<Record<CheckLevel, string>> = { ok: '✔', note: 'i', warning: '!', fault: '✖' };

/** Findings for a terminal: those of no stage first, then stage by stage, each with why and what to do. */
export function renderResults(results: readonly CheckResult[]): string {
  const stages = [...new Set(results.map(({ stage }) => stage))].sort((a, b) =>
    a === null ? -1 : b === null ? 1 : 0,
  );
  return stages
    .map((stage) => {
      const lines = results.filter((finding) => finding.stage === stage).map(renderResult);
      return `${stage === null ? 'Here' : `Stage ${stage}`}\n${lines.join('\n')}`;
    })
    .join('\n\n');
}

/** How many findings there are of each level that matters, in words. */
export function summarize(results: readonly CheckResult[]): string {
  const count = (level: CheckLevel) => results.filter((finding) => finding.level === level).length;
  const parts = [plural(count('fault'), 'fault'), plural(count('warning'), 'warning')];
  return parts.join(', ');
}

function renderResult({ level, check, what, why, remedy, afterDeploy }: CheckResult): string {
  const lines = [`  ${SIGN[level]} ${check}: ${what}`];
  if (why !== undefined) lines.push(`      ${why}`);
  if (remedy !== undefined) lines.push(`      → ${remedy}`);
  if (afterDeploy !== undefined) lines.push(`      → Once every region has it: ${afterDeploy}`);
  return lines.join('\n');
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
