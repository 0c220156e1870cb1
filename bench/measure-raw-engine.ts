import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { startEngine } from '@gsp/twin';
import { Pool } from 'undici';
import { createBenchTable } from './bench-table.ts';
import { type LoadResult, runLoad } from './run-load.ts';

/** The engine alone, on disk, without a stream: the baseline that the twin's writes are held against. */
export interface RawEngineResult {
  /** Through the AWS SDK's document client, as a function uses it. */
  readonly sdk: LoadResult;
  /** Through bare HTTP with a prepared body: what the engine can do with nearly nothing in front of it. */
  readonly http: LoadResult;
}

const TABLE = 'baseline';
const DATA = 'x'.repeat(200);

/** Puts items of the size that `POST /write` stores, at the concurrency of the twin's run. */
export async function measureRawEngine(
  port: number,
  { requests, concurrency, warmUp }: { requests: number; concurrency: number; warmUp: number },
): Promise<RawEngineResult> {
  const dataDir = await mkdtemp(join(tmpdir(), 'engine-bench-'));
  const engine = await startEngine({
    kind: 'dynoxide',
    host: '127.0.0.1',
    port,
    dataDir,
    region: 'eu-west-1',
  });
  const client = new DynamoDBClient({
    endpoint: engine.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  const pool = new Pool(engine.url, { connections: concurrency });
  try {
    await createBenchTable(engine.url, TABLE);
    const document = DynamoDBDocumentClient.from(client);
    const put = async () => {
      await document.send(new PutCommand({ TableName: TABLE, Item: item() }));
      return true;
    };
    await runLoad(put, { requests: warmUp, concurrency });
    const sdk = await runLoad(put, { requests, concurrency });
    await runLoad(() => putOverHttp(pool), { requests: warmUp, concurrency });
    const http = await runLoad(() => putOverHttp(pool), { requests, concurrency });
    return { sdk, http };
  } finally {
    client.destroy();
    await pool.close();
    engine.kill('SIGKILL');
    await engine.exited;
    await rm(dataDir, { recursive: true, force: true });
  }
}

function item() {
  return {
    pk: 'bench',
    sk: randomUUID(),
    createdAt: new Date().toISOString(),
    region: 'eu-west-1',
    data: { text: DATA },
  };
}

async function putOverHttp(pool: Pool): Promise<boolean> {
  const { pk, sk, createdAt, region, data } = item();
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.PutItem',
      'x-amz-date': '20260101T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=bench/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
    },
    body: JSON.stringify({
      TableName: TABLE,
      Item: {
        pk: { S: pk },
        sk: { S: sk },
        createdAt: { S: createdAt },
        region: { S: region },
        data: { M: { text: { S: data.text } } },
      },
    }),
  });
  await body.dump();
  return statusCode === 200;
}
