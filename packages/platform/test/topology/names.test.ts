import { RegionInfo } from 'aws-cdk-lib/region-info';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pkSchema, systemKeyPrefix } from '../../src/contract/item.ts';
import { conflictIndexPk, conflictPk } from '../../src/store/conflict-record.ts';
import { counterPk } from '../../src/store/increment-record.ts';
import { evacuationsPk } from '../../src/store/table-evacuation-store.ts';
import { canaryPk } from '../../src/store/table-health-checks.ts';
import { AWS_REGIONS } from '../../src/topology/aws-regions.ts';
import {
  canaryPartitionKey,
  edgeName,
  globalName,
  isZoneName,
  LOCAL_HOSTED_ZONE_ID,
  lostBatchesQueueName,
  NAME_PREFIX_LENGTH_MAX,
  operatorPolicyName,
  regionalName,
  slug,
  systemKeyPatterns,
  ZONE_NAME_LENGTH_MAX,
} from '../../src/topology/names.ts';

describe('slug', () => {
  test('slug() returns the name itself when it needs no change', () => {
    expect(slug('fix-login-2', 20)).toBe('fix-login-2');
  });

  test('slug() appends a hash when it changes or cuts the name', () => {
    expect(slug('Feature/X', 20)).toMatch(/^feature-x-[0-9a-f]{8}$/);
    expect(slug('a-very-long-name-indeed', 16)).toMatch(/^a-very-[0-9a-f]{8}$/);
    expect(slug('///', 20)).toMatch(/^[0-9a-f]{8}$/);
  });

  test('slug() stays within its length and alphabet when given any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 8, max: 40 }), (name, lengthMax) => {
        const made = slug(name, lengthMax);
        expect(made).toMatch(/^[a-z0-9](-?[a-z0-9])*$/);
        expect(made.length).toBeLessThanOrEqual(lengthMax);
      }),
    );
  });

  test('slug() tells names apart when they differ', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (one, other) => {
        fc.pre(one !== other);
        expect(slug(one, 30)).not.toBe(slug(other, 30));
      }),
    );
  });
});

describe('names', () => {
  test('canaryPartitionKey() is the key that the health check writes', () => {
    expect(canaryPartitionKey('eu-west-1')).toBe(canaryPk('eu-west-1'));
  });

  test("systemKeyPatterns are of the platform's own keys, which users cannot write", () => {
    for (const pattern of Object.values(systemKeyPatterns)) {
      expect(pattern.startsWith(systemKeyPrefix), pattern).toBe(true);
      expect(pkSchema.safeParse(pattern.replace('*', 'x')).success, pattern).toBe(false);
    }
  });

  test('systemKeyPatterns match the keys under which the store keeps things, and no pattern another', () => {
    const keys = {
      health: canaryPk('eu-west-1'),
      conflicts: conflictPk('demo'),
      conflictIndex: conflictIndexPk,
      counters: counterPk('visits'),
      evacuations: evacuationsPk,
    };
    for (const [name, key] of Object.entries(keys)) {
      const matching = Object.entries(systemKeyPatterns).filter(([, pattern]) => isLike(key, pattern));
      expect(matching.map(([owner]) => owner)).toEqual([name]);
    }
  });

  test('lostBatchesQueueName() is a name that SQS takes when project and stage are as long as can be', () => {
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
    const [project, stage] = ['p'.repeat(24), 's'.repeat(NAME_PREFIX_LENGTH_MAX - 25)];
    expect(lostBatchesQueueName(project, stage)).toMatch(/^[\w-]{1,80}$/);
  });

  test('isZoneName() accepts domain names in their plain form, of a length that leaves room for a name in them', () => {
    const longest = `${'a'.repeat(ZONE_NAME_LENGTH_MAX - 4)}.com`;
    for (const name of ['example.com', 'gsp.test', 'a.b-c.example.co.uk', 'xn--bcher-kva.example', longest]) {
      expect(isZoneName(name), name).toBe(true);
    }
    for (const name of [
      'com',
      'Example.com',
      'example.com.',
      '.com',
      'a..com',
      '-a.com',
      'a-.com',
      'a_b.com',
      '1.2.3.4',
      `a${longest}`,
      '',
    ]) {
      expect(isZoneName(name), name).toBe(false);
    }
    // https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
    expect(edgeName(longest)).toHaveLength(64);
  });

  test('regionalName() lies below the global name, each Region at its own', () => {
    expect(globalName('example.com')).toBe('api.example.com');
    expect(AWS_REGIONS.map((region) => regionalName('example.com', region))).toEqual(
      AWS_REGIONS.map((region) => `${region}.api.example.com`),
    );
  });

  test('LOCAL_HOSTED_ZONE_ID has the form of an id and can be told from those of Route 53', () => {
    // https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html
    expect(LOCAL_HOSTED_ZONE_ID).toMatch(/^Z[A-Z0-9]{1,31}$/);
    expect(LOCAL_HOSTED_ZONE_ID).toContain('LOCAL');
  });

  test('operatorPolicyName() is a name that IAM takes when project, stage and Region are as long as can be', () => {
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
    const [project, stage] = ['p'.repeat(24), 's'.repeat(NAME_PREFIX_LENGTH_MAX - 25)];
    expect(operatorPolicyName(project, stage, 'ap-southeast-1')).toMatch(/^[\w+=,.@-]{1,128}$/);
  });

  test('AWS_REGIONS holds only Regions of the aws partition', () => {
    const known = RegionInfo.regions.filter(({ partition }) => partition === 'aws').map(({ name }) => name);
    expect(known).toEqual(expect.arrayContaining([...AWS_REGIONS]));
  });
});

/** IAM's StringLike, for patterns whose one wildcard comes last. */
function isLike(text: string, pattern: string): boolean {
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
