import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyFault } from '../../src/supervisor/fault.ts';
import { eventually } from '../dynamodb/support/eventually.ts';
import { dynamodb, REGIONS, startTwin, TABLE, writeAssemblies } from './twin-fixture.ts';

const LIMIT_MS = 120_000;
const [WEST, CENTRAL] = REGIONS;

/** Writes to the table of the other region, as a function does whose client is made for that region. */
const VISITOR = `
const there = { '${WEST}': '${CENTRAL}', '${CENTRAL}': '${WEST}' }[process.env.AWS_REGION];
export const handler = async (event) => {
  console.log('RAN ' + event.resources[0]);
  const response = await fetch(process.env.AWS_ENDPOINT_URL_DYNAMODB, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=k/20260101/' + there + '/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      'x-amz-target': 'DynamoDB_20120810.PutItem',
    },
    body: JSON.stringify({ TableName: '${TABLE}', Item: { pk: { S: 'from ' + event.region } } }),
  });
  if (!response.ok) throw new Error(await response.text());
  console.log('VISITED ' + there);
};`;

/** How often a region's log has a text. */
function countIn(dataDir: string, region: string, text: string): number {
  return readFileSync(join(dataDir, region, 'log.jsonl'), 'utf8').split(text).length - 1;
}

describe('Twin', () => {
  test(
    'runs a rule in every region, whose function reaches the table of the other one, until a region is gone',
    async () => {
      const { twin, dataDir } = await startTwin(
        writeAssemblies({ schedule: { function: VISITOR, expression: 'rate(1 minute)' } }),
        { timeScale: 30 },
      );
      const links: [string, string][] = [
        [WEST, CENTRAL],
        [CENTRAL, WEST],
      ];
      for (const link of links) await applyFault(twin, { link, kind: 'cut' });
      const visited = (region: string) => countIn(dataDir, region, 'VISITED');
      await eventually('both regions ran twice', () => REGIONS.every((region) => visited(region) >= 2));
      const { Item } = await dynamodb(twin, WEST, ['GetItem', { Key: { pk: { S: `from ${CENTRAL}` } } }]);
      expect(Item).toEqual({ pk: { S: `from ${CENTRAL}` } });
      const state = await twin.state();
      expect(state.notEmulated.map(({ type }) => type)).not.toContainEqual(expect.stringContaining('Events'));
      expect(state.regions[0]?.schedules).toMatchObject([
        {
          ruleArn: expect.stringMatching(/^arn:aws:events:eu-west-1:\d{12}:rule\/Root-Rule-/),
          targets: [{ functionName: 'scheduled', failed: 0, skipped: 0, lastError: null }],
        },
      ]);

      await applyFault(twin, { region: CENTRAL, kind: 'kill' });
      const [ran, reached] = [countIn(dataDir, CENTRAL, 'RAN'), visited(WEST)];
      await eventually('the other region notices', async () => {
        const [west] = (await twin.state()).regions;
        expect(west?.schedules?.[0]?.targets[0]?.lastError).toMatch(/fetch failed/);
      });
      expect(countIn(dataDir, CENTRAL, 'RAN')).toBe(ran);
      expect((await twin.state()).regions[1]?.schedules).toBeNull();

      await applyFault(twin, { region: CENTRAL, kind: 'start' });
      await eventually('the rules run again, in both regions', () => {
        expect(countIn(dataDir, CENTRAL, 'RAN')).toBeGreaterThan(ran);
        expect(visited(WEST)).toBeGreaterThan(reached + 1);
      });
      await applyFault(twin, { region: WEST, kind: 'stop' });
      const stopped = countIn(dataDir, WEST, 'RAN');
      await eventually('the other one goes on', async () => {
        const [, central] = (await twin.state()).regions;
        expect(central?.schedules?.[0]?.targets[0]?.lastError).toMatch(/fetch failed/);
      });
      expect(countIn(dataDir, WEST, 'RAN')).toBe(stopped);
    },
    LIMIT_MS,
  );
});
