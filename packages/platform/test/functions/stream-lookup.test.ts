// Goal: CloudFormation gets an answer whatever happens, and the right one. Method: the parts by themselves with a
// DynamoDB that is told what to say, and the whole over HTTP with a server that waits as CloudFormation does.
import type { DescribeTableCommandOutput, TableDescription } from '@aws-sdk/client-dynamodb';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStackAnswerer } from '../../src/functions/stream-lookup/answer-stack.ts';
import { findStream } from '../../src/functions/stream-lookup/find-stream.ts';
import { putAnswer, type StackAnswer } from '../../src/functions/stream-lookup/put-answer.ts';
import { createStreamLookupHandler } from '../../src/functions/stream-lookup-handler.ts';
import { startWaitingStack, type WaitingStack } from './waiting-stack.ts';

const STREAM_ARN =
  'arn:aws:dynamodb:eu-central-1:111122223333:table/gsp-main-items/stream/2026-01-01T00:00:00.000';
const ACTIVE: TableDescription = {
  TableStatus: 'ACTIVE',
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  LatestStreamArn: STREAM_ARN,
};
const described = (Table: TableDescription): DescribeTableCommandOutput => ({ $metadata: {}, Table });
const named = (name: string, message = name) => Object.assign(new Error(message), { name });
const request = {
  StackId: 'arn:aws:cloudformation:eu-central-1:111122223333:stack/x/1',
  RequestId: 'r-1',
  LogicalResourceId: 'StreamLookup6775426E',
};

type RequestType = CloudFormationCustomResourceEvent['RequestType'];

function eventOf(
  RequestType: RequestType,
  { tableName = 'gsp-main-items', url = 'http://127.0.0.1:9/' }: { tableName?: unknown; url?: string } = {},
): CloudFormationCustomResourceEvent {
  const ResourceProperties = { ServiceToken: 'arn:lookup', ServiceTimeout: '660', tableName };
  const common = {
    ...request,
    ServiceToken: 'arn:lookup',
    ResponseURL: url,
    ResourceType: 'Custom::ReplicaStream',
    ResourceProperties,
  };
  const PhysicalResourceId = 'gsp-main-items';
  if (RequestType === 'Create') return { ...common, RequestType };
  if (RequestType === 'Delete') return { ...common, RequestType, PhysicalResourceId };
  return { ...common, RequestType, PhysicalResourceId, OldResourceProperties: ResourceProperties };
}

describe('findStream()', () => {
  const never = new AbortController().signal;
  const waits = { signal: never, pauseMs: 1 };

  it('answers the ARN when the table is active and streams', async () => {
    await expect(findStream(async () => described(ACTIVE), 't', waits)).resolves.toBe(STREAM_ARN);
  });

  it('waits when the replica is being made', async () => {
    const answers = [
      () => Promise.reject(named('ResourceNotFoundException')),
      async () => described({ TableStatus: 'CREATING' }),
      () => Promise.reject(named('TimeoutError')),
      async () => described({ TableStatus: 'ACTIVE' }),
      async () => described({ ...ACTIVE, StreamSpecification: { StreamEnabled: false } }),
      async () => described(ACTIVE),
    ];
    const describeTable = vi.fn(() => answers.shift()?.() ?? Promise.reject(new Error('asked too often')));
    await expect(findStream(describeTable, 't', waits)).resolves.toBe(STREAM_ARN);
    expect(describeTable).toHaveBeenCalledTimes(6);
  });

  it.each([
    [
      'there is no table',
      () => Promise.reject(named('ResourceNotFoundException')),
      'Deploy the primary Region first',
    ],
    [
      'the table is CREATING',
      async () => described({ TableStatus: 'CREATING' }),
      'Deploy again when it is ACTIVE',
    ],
    [
      'the table has no stream',
      async () => described({ TableStatus: 'ACTIVE' }),
      'Deploy the primary Region again',
    ],
  ])('says that %s, and what to do, when the time is over', async (state, describeTable, remedy) => {
    const error = await findStream(describeTable, 'gsp-x', {
      signal: AbortSignal.timeout(30),
      pauseMs: 1,
    }).catch(String);
    expect(error).toMatch(/^StreamNotFoundError: Cannot find the stream of table gsp-x in this Region: /);
    expect(error).toContain(state);
    expect(error).toContain(remedy);
  });

  it('gives up early when no call succeeds, with the error as its cause', async () => {
    const refused = named('AccessDeniedException', 'not authorized to perform dynamodb:DescribeTable');
    const describeTable = vi.fn(() => Promise.reject(refused));
    await expect(findStream(describeTable, 't', { ...waits, errorsMax: 3 })).rejects.toMatchObject({
      message: expect.stringContaining(
        'AccessDeniedException (not authorized to perform dynamodb:DescribeTable)',
      ),
      cause: refused,
    });
    expect(describeTable).toHaveBeenCalledTimes(3);
  });

  it('tells what it saw before, when the last call is cut off', async () => {
    const stop = new AbortController();
    let calls = 0;
    const describeTable = async (_: string, signal: AbortSignal) => {
      calls += 1;
      if (calls === 1) return described({ TableStatus: 'CREATING' });
      stop.abort();
      signal.throwIfAborted();
      return described(ACTIVE);
    };
    await expect(findStream(describeTable, 't', { signal: stop.signal, pauseMs: 1 })).rejects.toThrow(
      'the table is CREATING',
    );
  });
});

describe('createStackAnswerer()', () => {
  const answers: StackAnswer[] = [];
  const lines: string[] = [];
  const context = { getRemainingTimeInMillis: () => 60_000 };
  const answererOf = (find: (tableName: string, signal: AbortSignal) => Promise<string>, answerMs = 30_000) =>
    createStackAnswerer({
      findStream: find,
      putAnswer: async (_, answer) => void answers.push(answer),
      log: (line) => lines.push(line),
      answerMs,
    });

  beforeEach(() => {
    answers.length = 0;
    lines.length = 0;
  });

  it.each(['Create', 'Update'] as const)('answers the stream when asked to %s', async (type) => {
    await answererOf(async () => STREAM_ARN)(eventOf(type), context);
    expect(answers).toStrictEqual([
      {
        Status: 'SUCCESS',
        PhysicalResourceId: 'gsp-main-items',
        ...request,
        Data: { StreamArn: STREAM_ARN },
      },
    ]);
    expect(JSON.parse(lines.join())).toMatchObject({ level: 'INFO', tableName: 'gsp-main-items' });
  });

  it('does nothing and succeeds when asked to Delete, whatever else the event says', async () => {
    const find = vi.fn(async () => STREAM_ARN);
    await answererOf(find)(eventOf('Delete', { tableName: undefined }), context);
    expect(answers).toStrictEqual([{ Status: 'SUCCESS', PhysicalResourceId: 'gsp-main-items', ...request }]);
    expect(find).not.toHaveBeenCalled();
  });

  it('keeps the identity of the resource when it fails, and gives the reason to the log, too', async () => {
    await answererOf(() => Promise.reject(new Error('Cannot find it. Do this.')))(eventOf('Update'), context);
    expect(answers).toStrictEqual([
      {
        Status: 'FAILED',
        Reason: 'Cannot find it. Do this.',
        PhysicalResourceId: 'gsp-main-items',
        ...request,
      },
    ]);
    expect(JSON.parse(lines.join())).toMatchObject({ level: 'ERROR', message: 'Cannot find it. Do this.' });
  });

  it.each([undefined, '', 'a b', 7, 'x'.repeat(256), { Ref: 'Table' }])(
    'fails when the name of the table is %j',
    async (tableName) => {
      await answererOf(async () => STREAM_ARN)(eventOf('Create', { tableName: tableName ?? null }), context);
      expect(answers).toMatchObject([{ Status: 'FAILED', PhysicalResourceId: 'StreamLookup6775426E' }]);
      expect(answers[0]?.Reason).toMatch(/^Cannot look up a stream: tableName is .*/);
    },
  );

  it('fails when there are no properties at all', async () => {
    const bare = { ...eventOf('Create'), ResourceProperties: undefined };
    await answererOf(async () => STREAM_ARN)(bare as unknown as CloudFormationCustomResourceEvent, context);
    expect(answers).toMatchObject([{ Status: 'FAILED' }]);
  });

  it('answers before the function ends, when the search heeds its signal', async () => {
    const heeding = (_: string, signal: AbortSignal) =>
      new Promise<string>((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('not there yet'))),
      );
    await answererOf(heeding, 59_990)(eventOf('Create'), context);
    expect(answers).toMatchObject([{ Status: 'FAILED', Reason: 'not there yet' }]);
  });

  it('answers before the function ends, when the search never ends', async () => {
    await answererOf(() => new Promise(() => {}), 59_990)(eventOf('Create'), context);
    expect(answers).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringContaining('not answered in time') },
    ]);
  });

  it('keeps within the 4,096 bytes that CloudFormation takes, when the reason is long', async () => {
    await answererOf(() => Promise.reject(new Error('\u0007'.repeat(9_000))))(eventOf('Create'), context);
    expect(Buffer.byteLength(JSON.stringify(answers[0]))).toBeLessThan(4_096);
  });
});

describe('putAnswer()', () => {
  const answer: StackAnswer = { Status: 'SUCCESS', PhysicalResourceId: 'gsp-main-items', ...request };
  let server: WaitingStack;

  beforeEach(async () => {
    server = await startWaitingStack();
  });
  afterEach(() => server.stop());

  it('puts JSON with an empty content type, as the signed URL demands', async () => {
    await putAnswer(server.url, answer);
    expect(server.received).toMatchObject([
      {
        method: 'PUT',
        path: '/answer?X-Amz-Signature=secret',
        headers: { 'content-type': '' },
        body: answer,
      },
    ]);
  });

  it('tries again when it is refused or cut off', async () => {
    server.behave('refuse', 'reset', 'accept');
    await putAnswer(server.url, answer, { pauseMs: 1 });
    expect(server.received).toHaveLength(3);
  });

  it('tries again when nothing comes back', async () => {
    server.behave('hang', 'accept');
    await putAnswer(server.url, answer, { pauseMs: 1, attemptTimeoutMs: 200 });
    expect(server.received).toHaveLength(2);
  });

  it('throws without the signed URL when no attempt is accepted', async () => {
    server.behave('refuse', 'refuse', 'refuse');
    const error = await putAnswer(server.url, answer, { attemptsMax: 3, pauseMs: 1 }).catch(String);
    expect(error).toMatch(
      /^AnswerNotTakenError: Cannot tell CloudFormation SUCCESS for StreamLookup6775426E: 3 attempts failed, the last with status 503/,
    );
    expect(error).not.toContain('secret');
  });

  it('throws without the signed URL when that is none', async () => {
    const error = await putAnswer('nonsense?X-Amz-Signature=secret', answer, { attemptsMax: 1 }).catch(
      String,
    );
    expect(error).toContain('Cannot tell CloudFormation SUCCESS');
    expect(error).not.toContain('secret');
  });
});

describe('createStreamLookupHandler()', () => {
  it('tells CloudFormation the stream that DynamoDB tells it', async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const dynamoDb = mockClient(DynamoDBClient);
    dynamoDb.on(DescribeTableCommand, { TableName: 'gsp-main-items' }).resolves({ Table: ACTIVE });
    const server = await startWaitingStack();
    const handler = createStreamLookupHandler();
    try {
      await handler(eventOf('Create', { url: server.url }), { getRemainingTimeInMillis: () => 300_000 });
      expect(server.received).toMatchObject([
        { body: { Status: 'SUCCESS', Data: { StreamArn: STREAM_ARN } } },
      ]);
    } finally {
      dynamoDb.restore();
      await server.stop();
    }
  });
});
