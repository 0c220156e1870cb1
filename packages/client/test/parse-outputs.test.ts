import { readFile } from 'node:fs/promises';
import type { PlatformOutputs } from '@gsp/platform/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidOutputsError } from '../src/client-error.ts';
import { endpointsOf, parseOutputs, regionsOf } from '../src/parse-outputs.ts';

const sound = (apis: Record<string, unknown> = {}, platform: Record<string, unknown> = {}) => ({
  custom: {
    API: {
      'gsp-main-us-east-1': { endpoint: 'https://a.example.com/' },
      'gsp-main-eu-west-1': { endpoint: 'https://b.example.com/prod//' },
      ...apis,
    },
    platform: {
      project: 'gsp',
      stage: 'main',
      regions: {
        'us-east-1': { role: 'primary', apiName: 'gsp-main-us-east-1' },
        'eu-west-1': { role: 'secondary', apiName: 'gsp-main-eu-west-1' },
      },
      ...platform,
    },
  },
});

const regionsWith = (regions: unknown) => sound({}, { regions });

function failureOf(outputs: unknown, endpoint: 'regional' | 'global' = 'regional'): InvalidOutputsError {
  try {
    regionsOf(outputs, endpoint);
  } catch (error) {
    if (error instanceof InvalidOutputsError) return error;
    throw error;
  }
  throw new Error('the outputs were taken');
}

describe('regionsOf()', () => {
  test('gives the regions in the order of the file, without trailing slashes', () => {
    expect(regionsOf(sound(), 'regional')).toEqual([
      { region: 'us-east-1', apiName: 'gsp-main-us-east-1', endpoint: 'https://a.example.com' },
      { region: 'eu-west-1', apiName: 'gsp-main-eu-west-1', endpoint: 'https://b.example.com/prod' },
    ]);
  });

  test('takes the file of this repository, as text parsed, in both modes', async () => {
    const outputs: { readonly custom: PlatformOutputs } = JSON.parse(
      await readFile(new URL('../../../amplify_outputs.json', import.meta.url), 'utf8'),
    );
    const { project, regions } = outputs.custom.platform;
    expect(regionsOf(outputs, 'regional').map(({ region }) => region)).toEqual(Object.keys(regions));
    expect(regionsOf(outputs, 'global')).toEqual([
      { region: 'global', apiName: `${project}-main-global`, endpoint: expect.stringMatching(/^http/) },
    ]);
  });

  test.each([
    [undefined, 'custom is missing'],
    [null, 'custom is missing'],
    ['text', 'custom is missing'],
    [[], 'custom is missing'],
    [{}, 'custom is missing'],
    [{ custom: 7 }, 'custom is of type number'],
    [{ custom: {} }, 'custom.platform is missing'],
    [{ custom: { platform: [] } }, 'custom.platform is a list'],
    [{ custom: { platform: {} } }, 'custom.API is missing'],
    [regionsWith(undefined), 'custom.platform.regions is missing'],
    [regionsWith({}), 'custom.platform.regions is empty'],
    [regionsWith({ 'us-east-1': null }), 'custom.platform.regions.us-east-1.apiName is missing'],
    [regionsWith({ 'us-east-1': { apiName: '' } }), 'custom.platform.regions.us-east-1.apiName is ""'],
    [
      regionsWith({ 'us-east-1': { apiName: 7 } }),
      'custom.platform.regions.us-east-1.apiName is of type number',
    ],
    [regionsWith({ 'us-east-1': { apiName: 'toString' } }), 'custom.API.toString.endpoint is missing'],
    [sound({ 'gsp-main-us-east-1': {} }), 'custom.API.gsp-main-us-east-1.endpoint is missing'],
    [sound({ 'gsp-main-us-east-1': { endpoint: '/api' } }), 'endpoint is "/api"'],
    [sound({ 'gsp-main-us-east-1': { endpoint: 'ftp://a.test' } }), 'endpoint is "ftp://a.test"'],
    [sound({ 'gsp-main-us-east-1': { endpoint: 'https://u:p@a.test' } }), 'without query, fragment and cred'],
    [
      sound({ 'gsp-main-us-east-1': { endpoint: 'https://a.test/?x=1' } }),
      'without query, fragment and cred',
    ],
  ])('throws and names what is missing when given %j', (outputs, fault) => {
    const error = failureOf(outputs);
    expect(error.message).toContain(`Cannot find the regions: `);
    expect(error.message).toContain(fault);
    expect(error.remedy).toContain('npm run outputs');
  });

  test('throws and names the domain when the global name is asked for and there is none', () => {
    const error = failureOf(sound(), 'global');
    expect(error.message).toContain('gsp-main-global');
    expect(error.remedy).toMatch(/domain.*regional/);
  });

  test.each(['project', 'stage'])('throws when the global name needs %s and it is missing', (name) => {
    expect(failureOf(sound({}, { [name]: undefined }), 'global').message).toContain(
      `custom.platform.${name}`,
    );
  });

  test('throws nothing but InvalidOutputsError, whatever it is given', () => {
    const outputs = fc.oneof(
      fc.anything(),
      fc.record({ custom: fc.anything() }),
      fc.record({
        custom: fc.record({
          API: fc.object(),
          platform: fc.object({ key: fc.constantFrom('regions', 'project', 'stage') }),
        }),
      }),
      fc.object().map((regions) => regionsWith(regions)),
    );
    fc.assert(
      fc.property(outputs, fc.constantFrom('regional' as const, 'global' as const), (given, endpoint) => {
        try {
          expect(regionsOf(given, endpoint).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidOutputsError);
        }
      }),
    );
  });
});

describe('parseOutputs()', () => {
  const domain = { zoneName: 'example.com', globalName: 'api.example.com' };
  const globalApi = { 'gsp-main-global': { endpoint: 'https://api.example.com/' } };

  test('gives what clients and operators need, the primary first, without trailing slashes', () => {
    const regions = {
      'eu-west-1': { role: 'secondary', apiName: 'gsp-main-eu-west-1' },
      'us-east-1': { role: 'primary', apiName: 'gsp-main-us-east-1' },
    };
    const content = sound(globalApi, { regions, domain });
    expect(parseOutputs(content)).toEqual({
      project: 'gsp',
      stage: 'main',
      regions: [
        {
          region: 'us-east-1',
          apiName: 'gsp-main-us-east-1',
          endpoint: 'https://a.example.com',
          role: 'primary',
        },
        {
          region: 'eu-west-1',
          apiName: 'gsp-main-eu-west-1',
          endpoint: 'https://b.example.com/prod',
          role: 'secondary',
        },
      ],
      global: { name: 'api.example.com', zoneName: 'example.com', endpoint: 'https://api.example.com' },
      isEdgeOnly: false,
      content,
    });
  });

  test.each([undefined, null])('has no global name when the domain is %j', (none) => {
    expect(parseOutputs(sound({}, { domain: none })).global).toBeNull();
  });

  test('says whether the edge is the only way in', () => {
    expect(parseOutputs(sound(globalApi, { domain: { ...domain, edgeOnly: true } })).isEdgeOnly).toBe(true);
  });

  test.each([
    [undefined, 'custom is missing'],
    [sound({}, { stage: 7 }), 'custom.platform.stage is of type number'],
    [sound({ 'gsp-main-eu-west-1': undefined }), 'custom.API.gsp-main-eu-west-1.endpoint is missing'],
    [sound({}, { domain }), 'gsp-main-global'],
    [sound(globalApi, { domain: { zoneName: 'x' } }), 'custom.platform.domain.globalName is missing'],
  ])('throws and names what is missing when given %j', (outputs, fault) => {
    expect(() => parseOutputs(outputs)).toThrow(InvalidOutputsError);
    expect(() => parseOutputs(outputs)).toThrow(fault);
  });
});

describe('endpointsOf()', () => {
  const globalApi = { 'gsp-main-global': { endpoint: 'https://edge.api.example.com' } };
  const global = [{ region: 'global', apiName: 'gsp-main-global', endpoint: 'https://edge.api.example.com' }];
  const withDomain = (domain: unknown) => sound(globalApi, { domain });
  const behindTheEdge = withDomain({ edgeName: 'edge.api.example.com', edgeOnly: true });

  test('gives the regions when nobody says otherwise', () => {
    expect(endpointsOf(sound(), undefined)).toEqual(regionsOf(sound(), 'regional'));
  });

  test('gives the edge alone when regions let nobody in without it', () => {
    expect(endpointsOf(behindTheEdge, undefined)).toEqual(global);
    expect(endpointsOf(behindTheEdge, 'global')).toEqual(global);
  });

  test('throws and names both ways out when the regions are wanted and let nobody in', () => {
    const attempt = () => endpointsOf(behindTheEdge, 'regional');
    expect(attempt).toThrow(InvalidOutputsError);
    expect(attempt).toThrow(/edgeOnly is true, the endpoint "global" is needed\..*edge\.enforced false/);
  });

  test('gives either when there is an edge that may be passed by', () => {
    const outputs = withDomain({ edgeName: 'edge.api.example.com' });
    expect(endpointsOf(outputs, undefined)).toEqual(regionsOf(outputs, 'regional'));
    expect(endpointsOf(outputs, 'regional')).toEqual(regionsOf(outputs, 'regional'));
    expect(endpointsOf(outputs, 'global')).toEqual(global);
  });

  test.each([null, 'text', {}, { edgeOnly: false }, { edgeOnly: 'true' }, { edgeOnly: 1 }])(
    'takes %j for no edge that is the only way',
    (domain) => {
      expect(endpointsOf(withDomain(domain), undefined)).toHaveLength(2);
    },
  );
});
