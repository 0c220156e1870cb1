import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyFault } from '../../src/supervisor/fault.ts';
import type { Twin } from '../../src/supervisor/twin.ts';
import { eventually } from '../dynamodb/support/eventually.ts';
import {
  CONSUMER,
  consumedIn,
  dynamodb,
  LOOKUP,
  REGIONS,
  startTwin,
  writeAssemblies,
} from './twin-fixture.ts';

/** A whole twin of two regions over templates of its own: the streams of both replicas, and the clocks of both. */
const LIMIT_MS = 120_000;
const HOUR_MS = 3_600_000;
const [WEST, CENTRAL] = REGIONS;

const put = (twin: Twin, region: string, pk: string, from = region) =>
  dynamodb(twin, region, ['PutItem', { Item: { pk: { S: pk }, from: { S: from } } }]);
const from = async (twin: Twin, region: string, pk: string) => {
  const { Item } = await dynamodb(twin, region, ['GetItem', { Key: { pk: { S: pk } } }]);
  return (Item as { from: { S: string } } | undefined)?.from.S;
};
const cut = async (twin: Twin, kind: 'cut' | 'heal') => {
  await applyFault(twin, { link: [WEST, CENTRAL], kind });
  await applyFault(twin, { link: [CENTRAL, WEST], kind });
};

describe('Twin', () => {
  test(
    'binds a mapping in each region to its own stream, delivers at least once over a kill, and sets the bad aside',
    async () => {
      const { twin, dataDir } = await startTwin(writeAssemblies());
      const arns = (await twin.state()).regions.map(
        ({ eventSourceMappings }) => eventSourceMappings?.[0]?.eventSourceArn,
      );
      expect(arns).toEqual([
        expect.stringMatching(/^arn:aws:dynamodb:eu-west-1:\d+:table\/twin-items\/stream\//),
        expect.stringMatching(/^arn:aws:dynamodb:eu-central-1:\d+:table\/twin-items\/stream\//),
      ]);
      await put(twin, WEST, 'a');
      await put(twin, CENTRAL, 'b');
      await eventually('both regions saw both items', () =>
        REGIONS.every((region) => ['a', 'b'].every((key) => consumedIn(dataDir, region).includes(key))),
      );
      // In a batch of its own: what fails together with it would be consumed twice.
      await put(twin, WEST, 'poison');
      await eventually('both regions gave the bad one up', async () =>
        (await twin.state()).regions.every(({ queues }) => queues?.[0]?.depth === 1),
      );
      const messages = readFileSync(join(dataDir, CENTRAL, 'queues/failed.jsonl'), 'utf8')
        .trim()
        .split('\n');
      expect(messages.map((line) => JSON.parse(line))).toMatchObject([
        { DDBStreamBatchInfo: { batchSize: 1, streamArn: arns[1] } },
      ]);

      await applyFault(twin, { region: CENTRAL, kind: 'kill' });
      await put(twin, WEST, 'while-away');
      await applyFault(twin, { region: CENTRAL, kind: 'start' });
      await eventually(
        'the region that came back saw it',
        () => consumedIn(dataDir, CENTRAL).includes('while-away'),
        {
          timeoutMs: 30_000,
        },
      );
      expect(consumedIn(dataDir, CENTRAL).filter((key) => key === 'a')).toHaveLength(1);
      await eventually('the report of the other region', async () => {
        const state = (await twin.state()).regions[0];
        expect(state?.eventSourceMappings).toMatchObject([
          { functionName: 'consumer', delivered: 3, failed: 1, onFailureDepth: 1 },
        ]);
      });
    },
    LIMIT_MS,
  );

  test(
    'swaps the code of a consumer under its mapping, and refuses other custom resources',
    async () => {
      const { twin, dataDir } = await startTwin(writeAssemblies());
      await put(twin, WEST, 'a');
      await eventually('the first item', () => consumedIn(dataDir, CENTRAL).includes('a'));
      await twin.swap(writeAssemblies({ consumer: CONSUMER.replace('CONSUMED ', 'CONSUMED new-') }));
      await put(twin, WEST, 'b');
      await eventually('the second item, by new code', () => consumedIn(dataDir, CENTRAL).includes('new-b'));
      const mappings = (await twin.state()).regions[1]?.eventSourceMappings;
      expect(mappings).toMatchObject([{ delivered: 2, failed: 0 }]);
      await expect(twin.swap(writeAssemblies({ tableName: 'other' }))).rejects.toThrow(
        /custom resources changed, these are made when the twin starts/,
      );
    },
    LIMIT_MS,
  );

  test(
    'lets the earlier writer win whose rival’s clock runs behind, over a restart too, and heals it with 0',
    async () => {
      const { twin } = await startTwin(writeAssemblies());
      await applyFault(twin, { region: WEST, kind: 'clock', offsetMs: -60_000 });
      await applyFault(twin, { region: WEST, kind: 'kill' });
      await applyFault(twin, { region: WEST, kind: 'start' });
      expect((await twin.state()).regions[0]?.clockOffsetMs).toBe(-60_000);
      await cut(twin, 'cut');
      await put(twin, CENTRAL, 'x', 'earlier');
      await put(twin, WEST, 'x', 'later');
      await cut(twin, 'heal');
      await eventually('the earlier write wins', async () => (await from(twin, WEST, 'x')) === 'earlier');

      await applyFault(twin, { region: WEST, kind: 'clock', offsetMs: 0 });
      await cut(twin, 'cut');
      await put(twin, CENTRAL, 'y', 'earlier');
      await put(twin, WEST, 'y', 'later');
      await cut(twin, 'heal');
      await eventually('the later write wins', async () => (await from(twin, CENTRAL, 'y')) === 'later');
    },
    LIMIT_MS,
  );

  test(
    'moves the clocks of functions too, of those that run and over a restart',
    async () => {
      const hoursOff = `(Date.now() - Number(Records[0].dynamodb.NewImage.from.S)) / 3_600_000`;
      const consumer = `export const handler = async ({ Records }) =>
        console.log('CONSUMED ' + Records[0].dynamodb.NewImage.pk.S + '=' + Math.round(${hoursOff}));`;
      const { twin, dataDir } = await startTwin(writeAssemblies({ consumer }));
      const told = (what: string) => eventually(what, () => consumedIn(dataDir, WEST).includes(what));
      await put(twin, WEST, 'right', String(Date.now()));
      await told('right=0');
      await applyFault(twin, { region: WEST, kind: 'clock', offsetMs: -6 * HOUR_MS });
      await put(twin, WEST, 'behind', String(Date.now()));
      await told('behind=-6');
      await applyFault(twin, { region: WEST, kind: 'kill' });
      await applyFault(twin, { region: WEST, kind: 'start' });
      await put(twin, WEST, 'restarted', String(Date.now()));
      await told('restarted=-6');
    },
    LIMIT_MS,
  );

  test.each<[string, Parameters<typeof writeAssemblies>[0], RegExp]>([
    [
      'fails',
      { tableName: 'other' },
      /answered FAILED: there is no table other\. Correct the function; its log is .*eu-central-1\/log\.jsonl/,
    ],
    [
      'answers without what is needed',
      { lookup: LOOKUP.replace('StreamArn:', 'Arn:') },
      /answered without the attribute StreamArn/,
    ],
    [
      'names a stream of another region',
      { lookup: LOOKUP.replace('Table?.LatestStreamArn', "'arn:elsewhere'") },
      /its EventSourceArn arn:elsewhere is no stream of eu-central-1, one of its own streams is needed \(arn:aws:dynamodb:eu-central-1/,
    ],
  ])(
    'does not start when the lookup of a stream %s, and says why in one line',
    async (_, options, message) => {
      const error = await startTwin(writeAssemblies(options)).then(
        () => expect.unreachable(),
        (reason: Error) => reason,
      );
      expect(error.message).toMatch(message);
      expect(error.message).toMatch(/^Cannot start region eu-central-1: /);
      expect(error.message).not.toContain('\n');
    },
    LIMIT_MS,
  );
});
