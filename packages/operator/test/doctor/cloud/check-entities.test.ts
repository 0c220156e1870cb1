// Goal: a definition that would lose sight of stored items is refused before it is deployed, and one that leaves work says which.
// Method: stage `main` is deployed with one definition, as its stacks put it out, and examined with another.
import type { Entity } from '@gsp/platform/contract';
import { defineEntity } from '@gsp/platform/entities';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { renderResults } from '../../../src/doctor/check-result.ts';
import type { AwsCall } from '../../cloud/aws-wire.ts';
import { findings, of, text } from '../examined-account.ts';
import { stackOf } from '../wired-account.ts';

type Indexes = Readonly<Record<string, { partition: 'status' | 'city'; sort?: 'total' | 'createdAt' }>>;

interface Definition {
  readonly name?: string;
  readonly plural?: string;
  readonly partition?: 'customerId' | 'city' | undefined;
  readonly indexes?: Indexes;
}

const byStatus = { partition: 'status' } as const;
const byCity = { partition: 'city', sort: 'total' } as const;

function entity(definition: Definition = {}): Entity {
  const { name = 'order', plural, indexes = { byStatus } } = definition;
  const schema = z.object({
    customerId: z.string().max(20),
    city: z.string().max(20),
    status: z.string(),
    total: z.int(),
  });
  const partition = 'partition' in definition ? definition.partition : 'customerId';
  return defineEntity({ name, schema, indexes, ...(plural && { plural }), ...(partition && { partition }) });
}

/** What a backend with these entities puts out for clients. */
function outputsOf(entities: readonly Entity[], region: string): string {
  const known = entities.map(({ name, plural, partition, indexes }) => [
    plural,
    { name, partition, indexes },
  ]);
  const platform = {
    project: 'shop',
    stage: 'main',
    regions: { [region]: { role: 'primary', apiName: region } },
    ...(known.length > 0 && { entities: Object.fromEntries(known) }),
  };
  const api = { endpoint: `https://${region}.test`, region, apiName: region };
  return JSON.stringify({ version: '1.4', custom: { API: { [region]: api }, platform } });
}

const deployedWith = (deployed: (region: string) => readonly Entity[]) => ({
  'cloudformation.DescribeStacks': (call: AwsCall) => ({
    Stacks: [
      {
        ...stackOf(call, 'UPDATE_COMPLETE'),
        Outputs: [{ OutputKey: 'customOutputs', OutputValue: outputsOf(deployed(call.region), call.region) }],
      },
    ],
  }),
});

async function examined(deployed: readonly Entity[], entities: readonly Entity[] | Error) {
  return of(
    'entities',
    await findings(
      deployedWith(() => deployed),
      { entities },
    ),
  );
}

const one = (...definitions: Definition[]) => definitions.map(entity);

describe('entities', () => {
  test.each([
    ['nothing is defined', one(), one()],
    ['a first entity comes, with indexes', one(), one({})],
  ])('examineCloud() has nothing to say when %s', async (_, deployed, wanted) => {
    expect(await examined(deployed, wanted)).toEqual([]);
  });

  test.each([
    ['as it is', one({}), one({})],
    [
      'with the default sort written out',
      one({}),
      one({ indexes: { byStatus: { ...byStatus, sort: 'createdAt' } } }),
    ],
    ['under another plural', one({}), one({ plural: 'purchases' })],
  ])('examineCloud() is content with an entity %s', async (_, deployed, wanted) => {
    expect(await examined(deployed, wanted)).toMatchObject([{ level: 'ok' }]);
  });

  test.each<[string, readonly Entity[], readonly Entity[], RegExp]>([
    [
      'an index has another partition',
      one({}),
      one({ indexes: { byStatus: { partition: 'city' } } }),
      /'byStatus' of 'order' would be by 'city', then 'createdAt', it is deployed by 'status', then 'createdAt'.*another name behind the last one.*npm run reindex -- --stage main --entity order/,
    ],
    [
      'an index has another sort field',
      one({ indexes: { byCity } }),
      one({ indexes: { byCity: { partition: 'city' } } }),
      /would be by 'city', then 'createdAt', it is deployed by 'city', then 'total'/,
    ],
    [
      'an index moves up, as the one before it went',
      one({ indexes: { byStatus, byCity } }),
      one({ indexes: { byCity } }),
      /'byCity' of 'order' would be in place 1 of the definition, it is deployed in place 2.*take only the last one out/,
    ],
    [
      'indexes change places',
      one({ indexes: { byStatus, byCity } }),
      one({ indexes: { byCity, byStatus } }),
      /'byCity' of 'order' would be in place 1/,
    ],
    [
      'the partition is another field',
      one({}),
      one({ partition: 'city' }),
      /'order' would be kept by partition 'city', it is deployed by partition 'customerId'.*Put partition: 'customerId' back/,
    ],
    ['the partition is gone', one({}), one({ partition: undefined }), /would be kept without a partition/],
    ['a partition comes', one({ partition: undefined }), one({}), /Take the partition out again/],
    [
      'the name is another one',
      one({}),
      one({ name: 'purchase', plural: 'orders' }),
      /The entity of \/orders would be named 'purchase', it is deployed as 'order'.*Put the name 'order' back/,
    ],
  ])('examineCloud() is a fault when %s', async (_, deployed, wanted, words) => {
    const [found, ...others] = await examined(deployed, wanted);
    expect(found?.level).toBe('fault');
    expect(found && text(found)).toMatch(words);
    expect(others.every(({ level }) => level !== 'ok')).toBe(true);
  });

  test.each<[string, Indexes, Indexes, string]>([
    ['an index', { byStatus }, { byStatus, byCity }, "the index 'byCity' to 'order'"],
    ['its first indexes', {}, { byStatus, byCity }, "the indexes 'byStatus', 'byCity' to 'order'"],
  ])('examineCloud() notes what to run when an entity gets %s', async (_, before, after, words) => {
    const found = await examined(one({ indexes: before }), one({ indexes: after }));
    expect(found).toMatchObject([
      {
        level: 'note',
        what: `The next deploy adds ${words}`,
        afterDeploy: 'npm run reindex -- --stage main --entity order',
      },
    ]);
    expect(renderResults(found)).toContain(
      '→ Once every region has it: npm run reindex -- --stage main --entity order',
    );
  });

  test('examineCloud() takes an index of a new name in the place of another for both', async () => {
    const found = await examined(one({}), one({ indexes: { byTown: byCity } }));
    expect(found.map(({ level, what }) => [level, what])).toEqual([
      ['warning', "The next deploy takes the index 'byStatus' of 'order' away"],
      ['note', "The next deploy adds the index 'byTown' to 'order'"],
    ]);
  });

  test('examineCloud() warns when an entity goes', async () => {
    expect(await examined(one({}), [])).toMatchObject([
      { level: 'warning', what: "The next deploy takes the entity 'order' away" },
    ]);
  });

  test('examineCloud() looks at every region: one may be behind', async () => {
    const deployed = (region: string) =>
      one({ indexes: region === 'eu-west-1' ? { byStatus, byCity } : { byStatus } });
    const wanted = one({ indexes: { byStatus, byCity } });
    const found = of('entities', await findings(deployedWith(deployed), { entities: wanted }));
    expect(found).toMatchObject([
      { level: 'note', what: "The next deploy adds the index 'byCity' to 'order'" },
    ]);
  });

  test('examineCloud() is a fault, said once, when the definition cannot be loaded', async () => {
    expect(await examined(one({}), new Error('Cannot define "order".'))).toMatchObject([
      { level: 'fault', what: 'amplify/entities cannot be loaded: Cannot define "order".' },
    ]);
  });
});
