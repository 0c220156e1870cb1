import { failoverBudget } from '@gsp/platform/topology';
import type { CheckResult } from './check-result.ts';
import type { ExaminedStage } from './examined-stage.ts';

/**
 * Settings that each are allowed, and together are hardly meant. What cannot be meant at all the topology refuses
 * itself.
 */
export function checkSettings(stage: ExaminedStage): readonly CheckResult[] {
  if (stage.kind !== 'listed') return [];
  return [...unprotectedTable(stage), ...noOrigin(stage), ...debugLogs(stage)];
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

function noOrigin({ name, domain, settings: { cors } }: ExaminedStage): CheckResult[] {
  if (domain === null || cors.allowOrigins.length > 0) return [];
  return [
    {
      check: 'settings',
      stage: name,
      level: 'warning',
      what: 'No page may call it from a browser',
      why: 'cors.allowOrigins is empty, so that browsers refuse the answers; other programs are not concerned.',
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

/** Whether clients have one name for all regions, and what is still to be done for it. */
export function checkDomain({ name, kind, domain, settings }: ExaminedStage): CheckResult {
  const found = { check: 'domain', stage: name };
  if (domain === null) {
    return {
      ...found,
      level: 'note',
      what: 'No domain: there is no Route 53 in front of it',
      why: 'Clients have to choose a region themselves, and leave it themselves when it fails.',
      remedy:
        kind === 'listed'
          ? "Set domain: { zoneName: 'example.com', hostedZoneId: null } in amplify/topology.ts. The local twin has a zone of its own."
          : `A ${kind} never has one; give it to a stage that stays.`,
    };
  }
  if (domain.hostedZoneId === null) {
    return {
      ...found,
      level: 'warning',
      what: `${domain.zoneName} waits for the id of its hosted zone`,
      why: 'The primary makes the zone and nothing else of the domain: a certificate waits for a zone that is delegated.',
      remedy:
        'Deploy the primary, enter the name servers that it puts out at your registrar, then put the zone id into the topology and deploy every region.',
    };
  }
  const { policy } = settings.routing;
  return {
    ...found,
    level: 'ok',
    what: `api.${domain.zoneName}, routed by ${policy}, zone ${domain.hostedZoneId}`,
  };
}

/** How long a dead region goes on getting traffic by the arithmetic, and how long it may. Null where there is nothing to fail over to. */
export function checkFailoverBudget({ name, regions, settings }: ExaminedStage): CheckResult | null {
  if (regions.length < 2) return null;
  const { routing } = settings;
  const { intervalSeconds, failureThreshold } = routing.healthCheck;
  const { detectionSeconds, ttlSeconds, totalSeconds } = failoverBudget(routing);
  const sum = `${intervalSeconds} s x ${failureThreshold} + ${ttlSeconds} s = ${totalSeconds} s`;
  const found = { check: 'failover budget', stage: name };
  if (totalSeconds > routing.failoverBudgetSeconds) {
    return {
      ...found,
      level: 'fault',
      what: `${sum}, but ${routing.failoverBudgetSeconds} s are allowed`,
      why: 'Clients that obey DNS would stay with a dead region for longer than the topology allows.',
      remedy: 'Lower routing.healthCheck.intervalSeconds or failureThreshold, or allow more seconds.',
    };
  }
  return {
    ...found,
    level: 'ok',
    what: `${sum}, ${routing.failoverBudgetSeconds} s are allowed`,
    why: `${detectionSeconds} s until the checks agree, ${ttlSeconds} s until resolvers ask again; gathering opinions takes Route 53 a few seconds more.`,
  };
}

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

/** What no health check can do, told wherever DNS moves traffic. */
export function checkOpenConnections(): CheckResult {
  return {
    check: 'open connections',
    stage: null,
    level: 'warning',
    what: 'The failover budget says nothing about connections that are open',
    why: 'A client asks DNS when it connects. One that holds a connection, or caches an answer for longer than it may, stays where it is.',
    remedy:
      'Give clients a timeout, retries on a new connection, and an age at which a connection is closed.',
  };
}
