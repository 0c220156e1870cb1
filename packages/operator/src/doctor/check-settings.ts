import type { CheckResult } from './check-result.ts';
import type { ExaminedStage } from './examined-stage.ts';

/** Origins of this machine: a browser elsewhere has none of them. */
const LOCAL_ORIGIN = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|$)/;

/**
 * Settings that each are allowed, and together are hardly meant. What cannot be meant at all the topology refuses
 * itself.
 */
export function checkSettings(stage: ExaminedStage): readonly CheckResult[] {
  if (stage.kind !== 'listed') return [];
  return [...unprotectedTable(stage), ...onlyLocalOrigins(stage), ...debugLogs(stage)];
}

function unprotectedTable({ name, domain, settings: { table } }: ExaminedStage): CheckResult[] {
  if (domain === null || table.deletionProtection) return [];
  return [
    {
      check: 'settings',
      stage: name,
      level: 'warning',
      what: `The stage has the domain ${domain.zoneName}, and a table that goes away with its stack`,
      why: 'Who deletes the stack deletes all data, in every region.',
      remedy: `Set stages['${name}'].table.deletionProtection: true`,
    },
  ];
}

function onlyLocalOrigins({ name, domain, settings: { cors } }: ExaminedStage): CheckResult[] {
  if (domain === null || !cors.allowOrigins.every((origin) => LOCAL_ORIGIN.test(origin))) return [];
  return [
    {
      check: 'settings',
      stage: name,
      level: 'warning',
      what: 'Browsers may call it from pages of their own machine only',
      why: 'A page served from anywhere else is refused by CORS; other programs are not concerned.',
      remedy: 'Add the https origin of your front end to cors.allowOrigins.',
    },
  ];
}

function debugLogs({ name, domain, settings: { logs } }: ExaminedStage): CheckResult[] {
  if (domain === null || logs.level !== 'debug') return [];
  return [
    {
      check: 'settings',
      stage: name,
      level: 'note',
      what: 'Functions log at level debug',
      why: 'Logs are billed by what is written: under traffic they can cost more than the functions.',
      remedy: `Set stages['${name}'].logs.level: 'info' once nobody looks for anything.`,
    },
  ];
}
