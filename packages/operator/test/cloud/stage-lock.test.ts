import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Cloud, openCloud } from '../../src/cloud/region-clients.ts';
import { takeLock } from '../../src/cloud/stage-lock.ts';
import { parameterStore } from '../deploy/parameter-store.ts';
import { type AwsCall, AwsFault, type AwsWire, CONNECTION_LOST, startAwsWire } from './aws-wire.ts';

const target = { project: 'gsp', stage: 'main', branch: 'main' };
const holder = (id: string) => ({ id, by: `${id}@host`, pid: 7, since: '2026-11-23T07:00:00.000Z' });

let parameters: Map<string, { value: string; version: number }>;
let before: ((call: AwsCall) => unknown) | undefined;
let wire: AwsWire;
let cloud: Cloud;

beforeEach(async () => {
  parameters = new Map();
  before = undefined;
  wire = await startAwsWire((call) => {
    return before?.(call) ?? parameterStore(parameters, call);
  });
  for (const [name, value] of Object.entries(wire.env)) vi.stubEnv(name, value);
  cloud = openCloud();
});
afterEach(async () => {
  cloud.close();
  vi.unstubAllEnvs();
  await wire.close();
});

const take = (id: string, breakLock = false, onBroken: (former: string) => void = () => undefined) =>
  takeLock(cloud.region('eu-west-1'), {
    target,
    purpose: 'deploy',
    holder: holder(id),
    onBroken: breakLock ? onBroken : undefined,
  });

describe('takeLock()', () => {
  test('takes a lock that nobody holds, and gives it back', async () => {
    const lock = await take('a');
    expect([...parameters.keys()]).toEqual(['/gsp/main/deploy-lock']);
    await lock.require();
    await lock.release();
    expect(parameters.size).toBe(0);
    expect(wire.calls[0]).toMatchObject({ action: 'PutParameter', input: { Overwrite: false } });
  });

  test('says who holds it and since when, and leaves it alone', async () => {
    await take('a');
    await expect(take('b')).rejects.toThrow(
      /^Cannot deploy main: a@host \(process 7, since 2026-11-23T07:00:00.000Z, deployment a\) is deploying it, .*--break-lock/,
    );
    expect(parameters.get('/gsp/main/deploy-lock')?.value).toContain('"id":"a"');
  });

  test('gives it to exactly one of many that want it at once', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 8 }, (_, at) => take(`d${at}`)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('takes its own lock for its own when the answer to making it was lost', async () => {
    let isLost = false;
    before = (call) => {
      if (call.action !== 'PutParameter' || isLost) return undefined;
      isLost = true;
      parameterStore(parameters, call);
      return CONNECTION_LOST;
    };
    const lock = await take('a');
    await lock.require();
    expect(wire.calls.filter(({ action }) => action === 'PutParameter')).toHaveLength(2);
  });

  test('takes it over when told to break it; the former holder notices and deletes nothing', async () => {
    const former = await take('a');
    const told = vi.fn();
    const lock = await take('b', true, told);
    expect(told).toHaveBeenCalledWith(expect.stringContaining('a@host'));
    await expect(former.require()).rejects.toThrow(/taken over by b@host/);
    await former.release();
    await lock.require();
    expect(parameters.get('/gsp/main/deploy-lock')?.value).toContain('"id":"b"');
  });

  test('refuses a breaker that another breaker was faster than', async () => {
    await take('a');
    // Between our overwriting and our reading, c overwrites.
    before = ({ action }) => {
      const held = parameters.get('/gsp/main/deploy-lock');
      if (action === 'GetParameter' && held?.value.includes('"id":"b"'))
        parameters.set('/gsp/main/deploy-lock', { value: JSON.stringify(holder('c')), version: 9 });
      return undefined;
    };
    await expect(take('b', true)).rejects.toThrow(/taken over by c@host/);
  });

  test('breaks a lock whose text nobody understands, and refuses to without being told', async () => {
    parameters.set('/gsp/main/deploy-lock', { value: 'what?', version: 1 });
    await expect(take('a')).rejects.toThrow('somebody unknown is deploying it');
    await (await take('a', true)).require();
  });

  test('notices when its lock is gone', async () => {
    const lock = await take('a');
    parameters.clear();
    await expect(lock.require()).rejects.toThrow('Cannot go on deploying main');
    await lock.release();
  });

  test('says what is missing when it may not be written', async () => {
    before = () => {
      throw new Error('unreachable');
    };
    await wire.close();
    wire = await startAwsWire(() => new AwsFault('AccessDeniedException', 'no ssm:PutParameter'));
    vi.stubEnv('AWS_ENDPOINT_URL', wire.url);
    cloud = openCloud();
    await expect(take('a')).rejects.toMatchObject({ name: 'CloudError' });
  });
});
