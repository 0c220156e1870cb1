import type { Finding, FindingLevel } from './finding.ts';

const SIGN: Readonly<Record<FindingLevel, string>> = { ok: '✔', note: 'i', warning: '!', fault: '✖' };

/** Findings for a terminal: those of no stage first, then stage by stage, each with why and what to do. */
export function renderFindings(findings: readonly Finding[]): string {
  const stages = [...new Set(findings.map(({ stage }) => stage))].sort((a, b) =>
    a === null ? -1 : b === null ? 1 : 0,
  );
  return stages
    .map((stage) => {
      const lines = findings.filter((finding) => finding.stage === stage).map(renderFinding);
      return `${stage === null ? 'Here' : `Stage ${stage}`}\n${lines.join('\n')}`;
    })
    .join('\n\n');
}

/** How many findings there are of each level that matters, in words. */
export function summarize(findings: readonly Finding[]): string {
  const count = (level: FindingLevel) => findings.filter((finding) => finding.level === level).length;
  const parts = [plural(count('fault'), 'fault'), plural(count('warning'), 'warning')];
  return parts.join(', ');
}

function renderFinding({ level, check, what, why, remedy }: Finding): string {
  const lines = [`  ${SIGN[level]} ${check}: ${what}`];
  if (why !== undefined) lines.push(`      ${why}`);
  if (remedy !== undefined) lines.push(`      → ${remedy}`);
  return lines.join('\n');
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
