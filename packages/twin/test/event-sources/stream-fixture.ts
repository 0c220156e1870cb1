import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ChangeLog } from '../../src/dynamodb/journal/change-log.ts';
import type { ChangeRecord } from '../../src/dynamodb/journal/change-record.ts';
import { type ChangeReader, createChangeReader } from '../../src/dynamodb/streams/change-reader.ts';
import { createReplicaTables } from '../../src/dynamodb/write/replica-table.ts';
import { EventSourceMappings } from '../../src/event-sources/event-source-mappings.ts';
import type { LambdaRecord } from '../../src/event-sources/lambda-record.ts';
import type { InvocationResult } from '../../src/lambda/invocation-result.ts';
import { success } from './mapping-fixture.ts';

const TABLE = 't';

/** A table's change log on disk, and mappings that read it with a function that a test plays. */
export interface TestStream {
  readonly dataDir: string;
  readonly streamArn: string;
  readonly reader: ChangeReader;
  readonly log: ChangeLog;
  readonly said: string[];
  /** Writes an item with the given key: an INSERT, a MODIFY when `before` is given, a REMOVE when `after` is null. */
  write(pk: string, after?: object | null, before?: object): void;
  /** Inserts items with the keys `k<from>`, …, at once. */
  insertMany(count: number, from?: number): void;
  /** Mappings as a region that starts on this folder has them; ended with the test. */
  mappings(invoke: (records: readonly LambdaRecord[]) => Promise<InvocationResult>): EventSourceMappings;
  checkpoint(id: string): number;
}

/** Opens a stream in a new folder, for the length of a test. */
export function openStream(): TestStream {
  const dataDir = mkdtempSync(join(tmpdir(), 'mapping-'));
  const { log } = ChangeLog.open(dataDir);
  const definition = {
    tableName: TABLE,
    attributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' as const }],
    keySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
    streamViewType: 'NEW_AND_OLD_IMAGES' as const,
    replicaRegions: ['eu-west-1'],
  };
  const tables = createReplicaTables({
    region: 'eu-west-1',
    accountId: '123456789012',
    definitions: [definition],
    metas: { [TABLE]: { schemaHash: '', tableId: '0123456789', createdAtMs: 0 } },
  });
  const reader = createChangeReader(log, { tables, region: 'eu-west-1' });
  const said: string[] = [];
  const open: EventSourceMappings[] = [];
  onTestFinished(async () => {
    await Promise.all(open.map((mappings) => mappings.close()));
    log.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    ...{ dataDir, reader, log, said },
    streamArn: reader.streams()[0]?.streamArn ?? '',
    write: (pk, after = {}, before) => void log.append([changeOf(pk, { after, before })]),
    insertMany: (count, from = 0) =>
      void log.append(Array.from({ length: count }, (_, n) => changeOf(`k${from + n}`, { after: {} }))),
    mappings(invoke) {
      const mappings = new EventSourceMappings({
        ...{ region: 'eu-west-1', reader, dataDir, clock: Date.now },
        invoke: (_, event) => invoke((event as { Records: readonly LambdaRecord[] }).Records),
        say: (message) => said.push(message),
      });
      open.push(mappings);
      return mappings;
    },
    checkpoint: (id) => JSON.parse(readFileSync(join(dataDir, 'mappings', `${id}.json`), 'utf8')).position,
  };
}

function changeOf(
  pk: string,
  { before, after }: { before?: object | undefined; after: object | null },
): Omit<ChangeRecord, 'sequence'> {
  const image = (data: object | null | undefined) =>
    data === null || data === undefined ? null : JSON.stringify({ pk: { S: pk }, ...data });
  return {
    ...{ stamp: '000000000000.eu-west-1', origin: 'eu-west-1', tableName: TABLE, key: `${pk.length}:${pk}` },
    ...{ timeMs: Date.now(), oldImage: image(before), newImage: image(after), expired: false },
  };
}

/** The partition keys of records, in order. */
export function keysOf(records: readonly LambdaRecord[]): string[] {
  return records.map(({ dynamodb }) => dynamodb.Keys.pk?.S ?? '');
}

/** A function that a test lets go on: each invocation waits until it is answered, or until all are released. */
export function heldFunction() {
  const held: { readonly keys: string[]; readonly answer: (result: InvocationResult) => void }[] = [];
  let released = false;
  const invoke = (records: readonly LambdaRecord[]) =>
    new Promise<InvocationResult>((resolve) => {
      held.push({ keys: keysOf(records), answer: resolve });
      if (released) resolve(success());
    });
  const release = () => {
    released = true;
    for (const { answer } of held) answer(success());
  };
  return { held, invoke, release };
}
