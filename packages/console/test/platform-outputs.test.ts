import { readFileSync } from 'node:fs';
import type { PlatformOutputs } from '@gsp/platform/contract';
import { describe, expect, it } from 'vitest';
import { leadsToThisMachine, OutputsError, readPlatformOutputs } from '../src/platform/platform-outputs.ts';

const committed: { readonly custom: PlatformOutputs } = JSON.parse(
  readFileSync('amplify_outputs.json', 'utf8'),
);

/** Outputs of a deployed platform of which the secondary stands first in the file. */
function deployed({ domain = true }: { domain?: boolean } = {}) {
  return {
    custom: {
      API: {
        'shop-main-b': { endpoint: 'https://b.api.example.com/', region: 'b', apiName: 'shop-main-b' },
        'shop-main-a': { endpoint: 'https://a.api.example.com', region: 'a', apiName: 'shop-main-a' },
        ...(domain && { 'shop-main-global': { endpoint: 'https://api.example.com' } }),
      },
      platform: {
        project: 'shop',
        stage: 'main',
        regions: {
          b: { role: 'secondary', apiName: 'shop-main-b' },
          a: { role: 'primary', apiName: 'shop-main-a' },
        },
        ...(domain && { domain: { zoneName: 'example.com', globalName: 'api.example.com' } }),
      },
    },
  };
}

describe('readPlatformOutputs()', () => {
  it('reads the committed outputs, which lead to the twin', () => {
    const outputs = readPlatformOutputs(committed);
    const { project, stage, domain, regions } = committed.custom.platform;
    expect(outputs).toMatchObject({ project, stage, global: { name: domain?.globalName } });
    expect(outputs.regions.map(({ region, role }) => [region, role])).toEqual(
      Object.entries(regions).map(([region, { role }]) => [region, role]),
    );
    expect(leadsToThisMachine(outputs)).toBe(true);
  });

  it('puts the primary first and takes trailing slashes off', () => {
    const { regions } = readPlatformOutputs(deployed());
    expect(regions).toMatchObject([
      { region: 'a', endpoint: 'https://a.api.example.com', role: 'primary' },
      { region: 'b', endpoint: 'https://b.api.example.com', role: 'secondary' },
    ]);
    expect(leadsToThisMachine({ regions })).toBe(false);
  });

  it('says whether the edge is the only way in', () => {
    const { custom } = deployed();
    const domain = { ...custom.platform.domain, edgeName: 'edge.api.example.com', edgeOnly: true };
    const behind = { custom: { ...custom, platform: { ...custom.platform, domain } } };
    expect(readPlatformOutputs(behind).isEdgeOnly).toBe(true);
    expect(readPlatformOutputs(deployed()).isEdgeOnly).toBe(false);
    expect(readPlatformOutputs(committed).isEdgeOnly).toBe(false);
  });

  it('has no global name where the stage has no domain', () => {
    expect(readPlatformOutputs(deployed({ domain: false })).global).toBeNull();
  });

  it.each([
    ['custom is missing', { version: '1.4' }],
    ['custom.platform.project is missing', { custom: { API: {}, platform: {} } }],
    [
      'custom.platform.regions is empty',
      { custom: { API: {}, platform: { project: 'p', stage: 's', regions: {} } } },
    ],
    [
      'custom.API.x.endpoint is missing',
      { custom: { API: {}, platform: { project: 'p', stage: 's', regions: { a: { apiName: 'x' } } } } },
    ],
    ['custom is missing', 'text'],
  ])('refuses outputs, says that %s, and says how to get some', (missing, file) => {
    expect(() => readPlatformOutputs(file)).toThrow(OutputsError);
    expect(() => readPlatformOutputs(file)).toThrow(new RegExp(`${missing}.*npm start`));
  });
});

describe('leadsToThisMachine()', () => {
  it.each([
    ['http://localhost:4011', true],
    ['http://127.0.1.10:4010', true],
    ['http://127.0.0.1.example.com', false],
    ['https://localhost', false],
    ['http://localhostile.example', false],
  ])('judges %s as %s', (endpoint, expected) => {
    expect(leadsToThisMachine({ regions: [{ region: 'a', role: 'primary', endpoint }] })).toBe(expected);
  });
});
