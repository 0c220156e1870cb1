import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderRegions } from '../../src/deploy/deploy-order.ts';
import { compareTables, type TableChange, tableIn } from '../../src/deploy/table-change.ts';
import { backendStack, REGIONS } from './fake-deployment.ts';

const [A, B, C] = REGIONS;
const same: TableChange = {
  hasChanged: false,
  added: [],
  removed: [],
  addedIndexes: [],
  removedIndexes: [],
  what: [],
};
const routing = ({ routingPolicy }: { routingPolicy?: string }) =>
  routingPolicy === undefined ? {} : { routingPolicy };
const order = (
  options: {
    chosen?: readonly string[];
    there?: readonly string[];
    table?: TableChange | null;
    routingPolicy?: string;
    policy?: string | null;
  } = {},
) => {
  const { chosen = REGIONS, there = REGIONS, table = same, policy = null, ...deployed } = options;
  const stacks = new Map(there.map((region) => [region, backendStack({ region, ...routing(deployed) })]));
  return orderRegions({ target: { stage: 'main', regions: REGIONS, chosen }, stacks, table, policy });
};

describe('orderRegions()', () => {
  test('takes the primary last when nothing but code changes', () => {
    expect(order().regions).toEqual([B, C, A]);
  });

  test('takes the primary first when a region is missing or the table changes', () => {
    expect(order({ there: [], table: null }).regions).toEqual([A, B, C]);
    expect(order({ there: [A, B] })).toEqual({
      regions: [A, B, C],
      reason: `primary first, as ${C} has no stack yet`,
    });
    expect(
      order({ table: { ...same, hasChanged: true, what: ['TimeToLiveSpecification'] } }).regions[0],
    ).toBe(A);
  });

  test('takes the primary first when the routing policy changes, and no secondary without it', () => {
    const change = { routingPolicy: 'failover', policy: 'latency' };
    expect(order(change)).toEqual({
      regions: [A, B, C],
      reason: 'primary first, as the routing policy changes from failover to latency',
    });
    expect(() => order({ ...change, chosen: [B] })).toThrow(/Deploy the primary eu-west-1 first/);
    expect(order({ ...change, chosen: [A] }).regions).toEqual([A]);
    for (const same of [
      { routingPolicy: 'failover', policy: 'failover' },
      // A domain that comes, and one that goes.
      { policy: 'latency' },
      { routingPolicy: 'latency' },
    ])
      expect(order(same).regions).toEqual([B, C, A]);
  });

  test('deploys secondaries alone where the primary is there and its table stays', () => {
    expect(order({ chosen: [C] }).regions).toEqual([C]);
    expect(() => order({ chosen: [B], there: [], table: null })).toThrow(`Deploy it first: --regions ${A}`);
    expect(() => order({ chosen: [B], table: { ...same, hasChanged: true, what: ['Replicas'] } })).toThrow(
      /the table changes \(Replicas\), which the primary eu-west-1 has to deploy first/,
    );
  });

  test('refuses more than one change of replicas, and the loss of one in use', () => {
    const added = { ...same, hasChanged: true, added: [B, C] };
    expect(() => order({ table: added, there: [A] })).toThrow(
      /2 replicas would come or go .* one such change per update/,
    );
    const removed = { ...same, hasChanged: true, removed: ['us-east-1'] };
    expect(() => order({ table: removed, there: [...REGIONS, 'us-east-1'] })).toThrow(
      'npm run teardown -- --stage main --regions us-east-1',
    );
    expect(order({ table: removed }).regions[0]).toBe(A);
  });

  test.each([
    ['more', { addedIndexes: ['gsi6', 'gsi7'] }],
    ['less', { removedIndexes: ['gsi4', 'gsi5'] }],
  ])('refuses two indexes %s, and takes one', (step, change) => {
    const table = { ...same, hasChanged: true, what: ['GlobalSecondaryIndexes'] };
    expect(() => order({ table: { ...table, ...change } })).toThrow(
      `Set table.indexPool in amplify/topology.ts to one ${step} than the deployed table has, deploy, then the next.`,
    );
    const [[name, indexes] = ['', []]] = Object.entries(change);
    expect(order({ table: { ...table, [name]: indexes.slice(0, 1) } }).regions[0]).toBe(A);
  });

  test('refuses an index and a replica in one update', () => {
    const both = { ...same, hasChanged: true, added: [C], addedIndexes: ['gsi6'] };
    expect(() => order({ table: both, there: [A, B] })).toThrow(
      /an index \(gsi6\) and a replica \(.*\) of the table would change together/,
    );
  });

  test('deploys each chosen region exactly once, and the primary at one end', () => {
    fc.assert(
      fc.property(
        fc.subarray([...REGIONS], { minLength: 1 }),
        fc.subarray([...REGIONS]),
        fc.boolean(),
        (chosen, there, hasChanged) => {
          const table = there.includes(A) ? { ...same, hasChanged } : null;
          if (!chosen.includes(A) && (!there.includes(A) || hasChanged)) return;
          const { regions } = order({ chosen, there, table });
          expect([...regions].sort()).toEqual([...chosen].sort());
          if (!chosen.includes(A)) return;
          const isFirst = hasChanged || there.length < REGIONS.length || chosen.length === 1;
          expect(regions.at(isFirst ? 0 : -1)).toBe(A);
        },
      ),
    );
  });
});

describe('compareTables()', () => {
  const table = {
    TableName: 't',
    Replicas: [{ Region: A, Tags: [] }, { Region: B }],
    Time: { Enabled: true, Name: 'ttl' },
  };

  test('finds no change in equal definitions, whatever the order of their keys', () => {
    const other = {
      Time: { Name: 'ttl', Enabled: true },
      Replicas: [{ Tags: [], Region: A }, { Region: B }],
      TableName: 't',
    };
    expect(compareTables(table, other)).toEqual(same);
  });

  test('names indexes that come and go', () => {
    const index = (IndexName: string) => ({ IndexName });
    const before = { ...table, GlobalSecondaryIndexes: [index('gsi1'), index('gsi2')] };
    expect(
      compareTables(before, { ...table, GlobalSecondaryIndexes: [index('gsi1'), index('gsi3')] }),
    ).toEqual({
      ...same,
      hasChanged: true,
      addedIndexes: ['gsi3'],
      removedIndexes: ['gsi2'],
      what: ['GlobalSecondaryIndexes'],
    });
    expect(compareTables(before, table).removedIndexes).toEqual(['gsi1', 'gsi2']);
  });

  test('names properties that differ, and replicas that come and go', () => {
    expect(compareTables(table, { ...table, Replicas: [{ Region: A, Tags: [] }, { Region: C }] })).toEqual({
      ...same,
      hasChanged: true,
      added: [C],
      removed: [B],
      what: ['Replicas'],
    });
    const { Time: _gone, ...without } = table;
    expect(compareTables(table, without).what).toEqual(['Time']);
  });

  test.each([null, {}, { Resources: { A: { Type: 'AWS::SQS::Queue', Properties: {} } } }, 'text'])(
    'tableIn() finds none in %j',
    (template) => {
      expect(tableIn(template)).toBeNull();
    },
  );
});
