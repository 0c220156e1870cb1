import { RegionInfo } from 'aws-cdk-lib/region-info';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canaryPk } from '../../../amplify/store/table-health-checks.ts';
import { AWS_REGIONS } from '../../../amplify/topology/aws-regions.ts';
import { canaryPartitionKey, slug } from '../../../amplify/topology/names.ts';
import { topology } from '../../../amplify/topology/topology.ts';

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

  test('AWS_REGIONS holds only Regions of the aws partition', () => {
    const known = RegionInfo.regions.filter(({ partition }) => partition === 'aws').map(({ name }) => name);
    expect(known).toEqual(expect.arrayContaining([...AWS_REGIONS]));
  });

  test('topology is accepted and has a primary and a secondary', () => {
    expect(topology.regions).toEqual(['eu-west-1', 'eu-central-1']);
  });
});
