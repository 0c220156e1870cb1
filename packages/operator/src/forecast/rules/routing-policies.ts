import type { RefusalRule, StackForecast } from '../refusal.ts';
import type { Resource, Template } from '../stack-tree.ts';

/**
 * Record sets of one name and type are all simple, or all of one routing policy, whoever owns them.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
 */
export const routingPolicies: RefusalRule = (forecast, all) => {
  const held = all.flatMap(({ stack, before }) => recordsOf(before).map((record) => ({ ...record, stack })));
  const wanted = recordsOf(forecast.after).filter(({ logicalId }) => isNew(forecast, logicalId));
  return wanted.flatMap(({ logicalId, name, type, policy }) => {
    const other = held.find((each) => each.name === name && each.type === type && each.policy !== policy);
    if (other === undefined) return [];
    return [
      {
        logicalId,
        what: `${name} ${type} would get a ${policy} record beside a ${other.policy} one of ${other.stack}`,
        why: 'Route 53 refuses to mix routing policies under one name and type, and a new record is made before an old one is removed.',
        remedy: `Give records of another policy a name of their own, or remove those of ${other.stack} first, which is an outage of the name.`,
      },
    ];
  });
};

interface RoutedRecord {
  readonly logicalId: string;
  readonly name: string;
  readonly type: string;
  readonly policy: string;
}

function recordsOf(template: Template | null): RoutedRecord[] {
  return Object.entries(template?.Resources ?? {}).flatMap(([logicalId, resource]) => {
    if (resource.Type !== 'AWS::Route53::RecordSet') return [];
    const { Name, Type } = resource.Properties ?? {};
    if (typeof Name !== 'string') return [];
    const name = Name.replace(/\.$/, '').toLowerCase();
    return [{ logicalId, name, type: String(Type), policy: policyOf(resource) }];
  });
}

const policies: Readonly<Record<string, string>> = {
  Failover: 'failover',
  Region: 'latency',
  Weight: 'weighted',
  GeoLocation: 'geolocation',
  GeoProximityLocation: 'geoproximity',
  MultiValueAnswer: 'multivalue',
  CidrRoutingConfig: 'IP-based',
};

function policyOf({ Properties = {} }: Resource): string {
  const [, policy = 'simple'] =
    Object.entries(policies).find(([member]) => Properties[member] !== undefined) ?? [];
  return policy;
}

/** Whether a record is made: one that was there is changed in place, or replaced by one under another name. */
function isNew({ changes }: StackForecast, logicalId: string): boolean {
  return changes.some(
    (change) => change.logicalId === logicalId && ['created', 'replaced'].includes(change.impact),
  );
}
