import { describe, expect, it } from 'vitest';
import { EnvironmentError, parseEnvironment } from '../../src/functions/environment.ts';

const valid = {
  AWS_REGION: 'eu-central-1',
  REGIONS: 'eu-west-1, eu-central-1',
  TABLE_NAME: ' gsp-main-items ',
  PROJECT: 'gsp',
  STAGE: 'main',
  BODY_LIMIT_BYTES: '4096',
  DEFAULT_TTL_SECONDS: '3600',
  TOMBSTONE_TTL_SECONDS: '604800',
  CONFLICT_TTL_SECONDS: '2592000',
  IDEMPOTENCY_TTL_SECONDS: '86400',
  CONSISTENCY: 'eventual',
};

describe('parseEnvironment()', () => {
  it('reads every variable, trimmed', () => {
    expect(parseEnvironment(valid)).toStrictEqual({
      region: 'eu-central-1',
      regions: ['eu-west-1', 'eu-central-1'],
      tableName: 'gsp-main-items',
      project: 'gsp',
      stage: 'main',
      bodyLimitBytes: 4096,
      defaultTtlSeconds: 3600,
      tombstoneTtlSeconds: 604_800,
      conflictTtlSeconds: 2_592_000,
      idempotencyTtlSeconds: 86_400,
      consistency: 'eventual',
    });
  });

  it('reads the other consistency', () => {
    expect(parseEnvironment({ ...valid, CONSISTENCY: 'strong' })).toHaveProperty('consistency', 'strong');
  });

  it('reads the names of two secrets when there are any', () => {
    const { originSecrets } = parseEnvironment({ ...valid, ORIGIN_SECRETS: 'gsp-main/a, gsp-main/b' });
    expect(originSecrets).toStrictEqual(['gsp-main/a', 'gsp-main/b']);
  });

  it.each(['', ' ', ',', 'one', 'same,same', 'one,two,three'])(
    'fails when ORIGIN_SECRETS is %j, rather than check nothing',
    (value) => {
      const parse = () => parseEnvironment({ ...valid, ORIGIN_SECRETS: value });
      expect(parse).toThrow('ORIGIN_SECRETS has to name two different secrets, separated by a comma');
    },
  );

  it.each([
    ['TABLE_NAME', undefined, 'TABLE_NAME is missing or empty'],
    ['STAGE', '  ', 'STAGE is missing or empty'],
    ['REGIONS', '', 'REGIONS is missing or empty'],
    ['REGIONS', 'eu-west-1', 'AWS_REGION is "eu-central-1", one of REGIONS (eu-west-1) is needed'],
    ['BODY_LIMIT_BYTES', '4k', 'BODY_LIMIT_BYTES is "4k", a whole number from 1 to 200000 is needed'],
    ['BODY_LIMIT_BYTES', '200001', 'BODY_LIMIT_BYTES is "200001"'],
    ['DEFAULT_TTL_SECONDS', '0', 'DEFAULT_TTL_SECONDS is "0", a whole number from 1 to 31536000 is needed'],
    ['DEFAULT_TTL_SECONDS', '1e3', 'DEFAULT_TTL_SECONDS is "1e3"'],
    ['TOMBSTONE_TTL_SECONDS', '31536001', 'TOMBSTONE_TTL_SECONDS is "31536001"'],
    ['CONFLICT_TTL_SECONDS', '-1', 'CONFLICT_TTL_SECONDS is "-1"'],
    ['IDEMPOTENCY_TTL_SECONDS', undefined, 'IDEMPOTENCY_TTL_SECONDS is missing or empty'],
    ['CONSISTENCY', 'Eventual', 'CONSISTENCY is "Eventual", one of eventual, strong is needed'],
    ['CONSISTENCY', '', 'CONSISTENCY is missing or empty'],
  ])('fails when %s is %j', (name, value, message) => {
    expect(() => parseEnvironment({ ...valid, [name]: value })).toThrow(EnvironmentError);
    expect(() => parseEnvironment({ ...valid, [name]: value })).toThrow(message);
  });

  it('names every fault at once, with the remedy', () => {
    expect(() => parseEnvironment({})).toThrow(
      /^Cannot start the function: .*AWS_REGION.*REGIONS.*TABLE_NAME.*BODY_LIMIT_BYTES.*Deploy the backend again/,
    );
  });
});
