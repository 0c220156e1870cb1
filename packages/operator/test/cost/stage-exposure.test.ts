import { routes, servedRoutes } from '@gsp/platform/contract';
import { defineEntity } from '@gsp/platform/entities';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { describeExposure, stageExposure } from '../../src/cost/stage-exposure.ts';
import { checkExposure } from '../../src/doctor/check-exposure.ts';
import { mainTarget } from '../doctor/wired-account.ts';

const jwt = {
  issuers: [{ issuer: 'https://issuer.example.com/', audiences: ['shop'] }],
  readScopes: [],
  writeScopes: [],
};

describe('stageExposure()', () => {
  test('stageExposure() leaves everything but the operator’s routes open to anyone while no token is asked for', () => {
    const { openRoutes, isTrafficOpen, routes: total, ...usd } = stageExposure(mainTarget());
    expect(total).toBe(servedRoutes.length);
    expect(openRoutes).toEqual(
      servedRoutes
        .filter(({ authorization }) => authorization !== 'iam')
        .map(({ method, path }) => `${method} ${path}`),
    );
    expect(isTrafficOpen).toBe(true);
    expect(usd.openDayUsd).toBeGreaterThan(0.9 * usd.worstDayUsd);
    expect(usd.openDayUsd).toBeLessThan(usd.worstDayUsd);
  });

  test('stageExposure() counts routes of entities, and opens those that are public whatever tokens are asked for', () => {
    const memo = defineEntity({
      ...{ name: 'memo', schema: z.object({ text: z.string() }), access: { read: 'public' } },
    });
    const definitions = { entities: { memo } };
    const bare = stageExposure(mainTarget({ jwt }));
    const exposed = stageExposure({ ...mainTarget({ jwt }), definitions });
    expect(exposed.routes).toBe(bare.routes + 6);
    expect(exposed.openRoutes.filter((key) => !bare.openRoutes.includes(key))).toEqual([
      'GET /memos/{id}',
      'HEAD /memos/{id}',
    ]);
    expect(exposed.openDayUsd).toBeGreaterThan(bare.openDayUsd);
    expect(stageExposure({ ...mainTarget(), definitions }).openRoutes).toContain('POST /memos');
  });

  test('stageExposure() leaves what tells how a region is, and the API’s description, where tokens are asked for', () => {
    const { openRoutes, isTrafficOpen, openDayUsd, worstDayUsd } = stageExposure(mainTarget({ jwt }));
    const open = routes
      .filter(({ authorization }) => authorization === 'none')
      .map(({ path }) => `GET ${path}`);
    expect(openRoutes.filter((key) => key.startsWith('GET '))).toEqual(open);
    expect(isTrafficOpen).toBe(false);
    expect(openDayUsd).toBeLessThan(worstDayUsd / 2);
  });
});

describe('describeExposure()', () => {
  test.each([
    [
      'is open',
      {},
      [/read, write and delete every item: `jwt` is null\.$/, /a day in 2 regions\.$/, /`budget` is null/],
    ],
    [
      'asks for tokens',
      { jwt, budget: { monthlyUsd: 50, emails: ['ops@example.com'] } },
      [/the others ask for a token/, /of it by anyone\.$/, /\$50 a month/],
    ],
  ])(
    'describeExposure() says of a stage that %s who may call, what it costs, who is told',
    (_, settings, words) => {
      const said = Object.values(describeExposure(stageExposure(mainTarget(settings))));
      expect(said).toEqual(words.map((word) => expect.stringMatching(word)));
      expect(said[1]).toMatch(/about \$[\d,]+ a day/);
    },
  );
});

describe('checkExposure()', () => {
  const stage = (kind: 'listed' | 'sandbox', settings = {}) => ({
    ...mainTarget(settings),
    ...{ name: 'main', branch: null, kind },
  });

  test.each([
    ['a listed stage that anyone may write to', stage('listed'), 'warning'],
    ['a listed stage that asks for tokens', stage('listed', { jwt }), 'note'],
    ['a sandbox', stage('sandbox'), 'note'],
  ])('checkExposure() tells of %s', (_, examined, level) => {
    expect(checkExposure(examined)).toMatchObject({
      stage: 'main',
      level,
      remedy: expect.stringContaining('jwt'),
    });
  });
});
