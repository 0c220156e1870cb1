import type { RecordSetDefinition } from './route53-definition.ts';

/** A record set that Route 53 would not make beside another one. */
export interface RefusedRecord {
  readonly name: string;
  readonly type: string;
  /** A clause: what there would be. */
  readonly reason: string;
  /** A sentence. */
  readonly remedy: string;
}

/**
 * The first record set that Route 53 would refuse for another one of its name and type: one by another routing policy, a
 * second simple one, or one whose identifier is taken.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
 */
export function findRefusedRecord(records: readonly RecordSetDefinition[]): RefusedRecord | undefined {
  const groups = new Map<string, RecordSetDefinition[]>();
  for (const record of records) {
    const { zoneId, name, type } = record;
    const key = JSON.stringify([zoneId, name, type]);
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  for (const group of groups.values()) {
    const refused = refusedOf(group);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function refusedOf(group: readonly RecordSetDefinition[]): RefusedRecord | undefined {
  const [{ name, type } = { name: '', type: '' }] = group;
  const policies = [...new Set(group.map(({ routing }) => routing.policy))];
  if (policies.length > 1) {
    const reason = `its records are ${policies.join(' and ')} at once, and all records of a name and type have one routing policy`;
    return {
      name,
      type,
      reason,
      remedy: 'Give each policy a name of its own, and the name an alias of one.',
    };
  }
  const identifiers = group.map(({ setIdentifier = '' }) => setIdentifier);
  const twice = identifiers.find((identifier, at) => identifiers.indexOf(identifier) !== at);
  if (twice === undefined) return undefined;
  return twice === ''
    ? {
        name,
        type,
        reason: `there are ${group.length} simple records of it`,
        remedy: 'Keep one, with all values.',
      }
    : {
        name,
        type,
        reason: `two of its records have the identifier ${twice}`,
        remedy: 'Give each one of its own.',
      };
}
