import type { CheckResult } from './check-result.ts';
import type { ExaminedStage } from './examined-stage.ts';

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
