import { describe, expect, test } from 'vitest';
import {
  CustomResourceError,
  createCustomResources,
} from '../../src/custom-resources/create-custom-resources.ts';
import type {
  CustomResourceDefinition,
  CustomResourceEvent,
} from '../../src/custom-resources/custom-resource-definition.ts';
import { deferredText } from '../../src/custom-resources/deferred-value.ts';
import type { InvocationResult } from '../../src/lambda/invocation-result.ts';

const SERVICE_TOKEN = 'arn:aws:lambda:eu-west-1:123456789012:function:lookup';
const LOG_FILE = '/data/eu-west-1/log.jsonl';
const DEFINITION: CustomResourceDefinition = {
  resourceId: 'Root/Lookup',
  logicalId: 'Lookup',
  type: 'Custom::ReplicaStream',
  stackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/Root/x',
  functionName: 'lookup',
  properties: { ServiceToken: SERVICE_TOKEN, tableName: 't' },
  attributes: ['StreamArn'],
};

const returned: InvocationResult = { outcome: 'success', requestId: 'r', payload: 'null' };
type Answer = (event: CustomResourceEvent) => unknown;

/** Runs resources with a function that PUTs what `answer` gives, as JSON unless it is a text. */
async function create(
  answer: Answer,
  definitions: readonly CustomResourceDefinition[] = [DEFINITION],
  timeoutMs = 5_000,
) {
  const events: CustomResourceEvent[] = [];
  const statuses: number[] = [];
  const values = await createCustomResources(definitions, {
    logFile: LOG_FILE,
    timeoutMs,
    invoke: async (_, event) => {
      const given = event as CustomResourceEvent;
      events.push(given);
      const body = answer(given);
      if (body === undefined) return returned;
      const response = await fetch(given.ResponseURL, {
        method: 'PUT',
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      statuses.push(response.status);
      return returned;
    },
  });
  return { events, statuses, values };
}

const answered = (event: CustomResourceEvent, changes: object = {}) => ({
  Status: 'SUCCESS',
  PhysicalResourceId: 'stream-of-t',
  StackId: event.StackId,
  RequestId: event.RequestId,
  LogicalResourceId: event.LogicalResourceId,
  Data: { StreamArn: 'arn:stream' },
  ...changes,
});

describe('createCustomResources()', () => {
  test('sends CloudFormation’s event and takes the attributes of the answer', async () => {
    const { events, statuses, values } = await create((event) =>
      answered(event, { Data: { StreamArn: 'arn:stream', Count: 3, On: true, Nested: {} } }),
    );
    expect(values).toEqual({
      'Root/Lookup': { Ref: 'stream-of-t', StreamArn: 'arn:stream', Count: '3', On: 'true' },
    });
    expect(statuses).toEqual([200]);
    expect(events).toEqual([
      {
        RequestType: 'Create',
        ServiceToken: SERVICE_TOKEN,
        ResponseURL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}$/),
        StackId: DEFINITION.stackId,
        RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        LogicalResourceId: 'Lookup',
        ResourceType: 'Custom::ReplicaStream',
        ResourceProperties: { ServiceToken: SERVICE_TOKEN, tableName: 't' },
      },
    ]);
  });

  test('gives a later resource what an earlier one answered', async () => {
    const StreamArn = deferredText({ resourceId: 'Root/Lookup', attribute: 'StreamArn' });
    const second = {
      ...DEFINITION,
      resourceId: 'Root/Second',
      logicalId: 'Second',
      properties: { ServiceToken: SERVICE_TOKEN, of: `the ${StreamArn}` },
    };
    const { events } = await create((event) => answered(event), [DEFINITION, second]);
    expect(events[1]?.ResourceProperties.of).toBe('the arn:stream');
  });

  test('tells what is known before it asks the function of the next one', async () => {
    const order: string[] = [];
    const second = { ...DEFINITION, resourceId: 'Root/Second', logicalId: 'Second' };
    await createCustomResources([DEFINITION, second], {
      logFile: LOG_FILE,
      onValues: (values) => order.push(Object.keys(values).join(' ')),
      invoke: async (_, event) => {
        const given = event as CustomResourceEvent;
        order.push(given.LogicalResourceId);
        await fetch(given.ResponseURL, { method: 'PUT', body: JSON.stringify(answered(given)) });
        return returned;
      },
    });
    expect(order).toEqual(['Lookup', 'Root/Lookup', 'Second', 'Root/Lookup Root/Second']);
  });

  test('does nothing when there is none', async () => {
    expect((await create(() => expect.unreachable(), [])).values).toEqual({});
  });

  test.each<[string, Answer, RegExp]>([
    [
      'FAILED',
      (event) => answered(event, { Status: 'FAILED', Reason: 'no such\ntable' }),
      /answered FAILED: no such table\. /,
    ],
    [
      'FAILED without a reason',
      (event) => answered(event, { Status: 'FAILED' }),
      /answered FAILED: it gave no reason/,
    ],
    ['garbage', () => '<html>', /answered what CloudFormation does not take: the body is wrong/],
    ['another status', (event) => answered(event, { Status: 'OK' }), /does not take: Status is wrong/],
    ['another request', (event) => answered(event, { RequestId: 'x' }), /answered with another RequestId/],
    [
      'no physical id',
      (event) => answered(event, { PhysicalResourceId: undefined }),
      /without a PhysicalResourceId/,
    ],
    [
      'no attribute',
      (event) => answered(event, { Data: { Other: 'x' } }),
      /without the attribute StreamArn in Data/,
    ],
    ['no data', (event) => answered(event, { Data: null }), /without the attribute StreamArn in Data/],
    [
      'more than CloudFormation reads',
      (event) => answered(event, { Reason: 'x'.repeat(5_000) }),
      /does not take/,
    ],
    ['nothing', () => undefined, /returned without an answer to the ResponseURL/],
  ])('fails in one line when the function answers %s', async (_, answer, message) => {
    const error = await create(answer).then(
      () => expect.unreachable(),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(CustomResourceError);
    const text = (error as Error).message;
    expect(text).toMatch(message);
    expect(text).toMatch(
      /^Cannot create custom resource Lookup \(Custom::ReplicaStream\): its function lookup /,
    );
    expect(text).toContain(`its log is ${LOG_FILE}`);
    expect(text).not.toContain('\n');
  });

  test.each<[InvocationResult, RegExp]>([
    [
      {
        outcome: 'function-error',
        requestId: 'r',
        error: { errorType: 'TypeError', errorMessage: 'x is no y' },
      },
      /failed with TypeError: x is no y/,
    ],
    [
      { outcome: 'rejected', requestId: 'r', code: 'ServiceException', statusCode: 500, message: 'gone' },
      /could not be invoked \(ServiceException: gone\)/,
    ],
  ])('fails at once when the invocation does (%#)', async (result, message) => {
    const creating = createCustomResources([DEFINITION], { logFile: LOG_FILE, invoke: async () => result });
    await expect(creating).rejects.toThrow(message);
  });

  test('fails when the function does not answer in time, and ends its wait', async () => {
    let aborted = false;
    const creating = createCustomResources([DEFINITION], {
      logFile: LOG_FILE,
      timeoutMs: 50,
      invoke: (_, __, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(signal.reason);
          }),
        ),
    });
    await expect(creating).rejects.toThrow(/did not answer within 0\.05 s/);
    expect(aborted).toBe(true);
  });

  test('takes no answer at another address, by another method, or twice', async () => {
    const refused: number[] = [];
    const creating = createCustomResources([DEFINITION], {
      logFile: LOG_FILE,
      invoke: async (_, event) => {
        const given = event as CustomResourceEvent;
        const forged = JSON.stringify(answered(given, { Data: { StreamArn: 'forged' } }));
        const elsewhere = new URL('/guess', given.ResponseURL);
        refused.push((await fetch(elsewhere, { method: 'PUT', body: forged })).status);
        refused.push((await fetch(given.ResponseURL, { method: 'POST', body: forged })).status);
        await fetch(given.ResponseURL, { method: 'PUT', body: JSON.stringify(answered(given)) });
        return returned;
      },
    });
    expect(await creating).toMatchObject({ 'Root/Lookup': { StreamArn: 'arn:stream' } });
    expect(refused).toEqual([403, 403]);
  });
});
