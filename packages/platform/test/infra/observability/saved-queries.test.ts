import { describe, expect, test } from 'vitest';
import { type WatchedRegionOptions, watchedRegion } from './watched-region.ts';

interface QueryDefinition {
  readonly Name: string;
  readonly LogGroupNames: readonly string[];
  readonly QueryString: string;
}

function queriesOf(template = watchedRegion()): ReadonlyMap<string, QueryDefinition> {
  const found = Object.values(template.findResources('AWS::Logs::QueryDefinition'));
  return new Map(found.map(({ Properties }) => [Properties.Name, Properties]));
}

const STRONG: WatchedRegionOptions = {
  regions: ['eu-west-1', 'eu-central-1', 'eu-west-3'],
  changes: { table: { consistency: 'strong', timeToLive: false }, routing: { policy: 'latency' } },
};

describe('SavedQueries', () => {
  test('SavedQueries are found under the stage', () => {
    expect([...queriesOf().keys()].sort()).toEqual(
      [
        'answers by route',
        'conflicts',
        'errors',
        'evacuations',
        'one correlation id',
        'slowest requests',
      ].map((title) => `shop/main/${title}`),
    );
  });

  test('SavedQueries follow a correlation id through every function, whose log groups are named', () => {
    expect(queriesOf().get('shop/main/one correlation id')?.LogGroupNames).toEqual([
      '/aws/lambda/shop-main-health',
      '/aws/lambda/shop-main-api',
      '/aws/lambda/shop-main-conflicts',
    ]);
  });

  test("SavedQueries read the access log by the name that the Region's API gives it", () => {
    expect(queriesOf().get('shop/main/answers by route')?.LogGroupNames).toEqual([
      '/aws/vendedlogs/apis/shop-main-eu-west-1',
    ]);
  });

  test('SavedQueries do not ask for conflicts where no function looks for them', () => {
    expect(queriesOf(watchedRegion(STRONG)).has('shop/main/conflicts')).toBe(false);
  });

  test('SavedQueries are made of commands that Logs Insights knows', () => {
    for (const { QueryString } of queriesOf().values()) {
      for (const line of QueryString.split('\n| '))
        expect(line).toMatch(/^(fields|filter|sort|stats|limit) /);
    }
  });
});
