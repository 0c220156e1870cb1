import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineTopology } from '@gsp/platform/topology';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { awsCredentials, cloudPlatform, regionBehind } from '../../src/evacuation/cloud-platform.ts';
import { arithmetic } from '../../src/evacuation/platform.ts';

const { signal } = new AbortController();

const topology = defineTopology({
  project: 'gsp',
  regions: ['eu-west-1', 'eu-central-1'],
  stages: { main: {}, 'feature/fast': { routing: { healthCheck: { intervalSeconds: 10 } } } },
});

const outputs = ({ stage = 'main', ...platform }: { stage?: string; domain?: object } = {}) => ({
  version: '1.4',
  custom: {
    API: {
      'gsp-main-eu-west-1': {
        endpoint: 'https://eu-west-1.api.example.invalid/',
        region: 'eu-west-1',
        apiName: 'a',
      },
      'gsp-main-eu-central-1': {
        endpoint: 'https://eu-central-1.api.example.invalid',
        region: 'eu-central-1',
        apiName: 'b',
      },
      [`gsp-${stage}-global`]: {
        endpoint: 'https://api.example.invalid',
        region: 'eu-west-1',
        apiName: `gsp-${stage}-global`,
      },
    },
    platform: {
      project: 'gsp',
      stage,
      regions: {
        'eu-west-1': { role: 'primary', apiName: 'gsp-main-eu-west-1' },
        'eu-central-1': { role: 'secondary', apiName: 'gsp-main-eu-central-1' },
      },
      ...platform,
    },
  },
});

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloud-platform-'));
  file = join(folder, 'outputs.json');
});
afterEach(() => rm(folder, { recursive: true }));

const write = (content: unknown) =>
  writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));

describe('cloudPlatform()', () => {
  const domain = { zoneName: 'example.invalid', globalName: 'api.example.invalid' };

  test("cloudPlatform() takes Route 53's timing from the stage that was deployed", async () => {
    await write(outputs({ domain }));
    const { routing } = await cloudPlatform(file, { topology, signal });
    expect(routing).toMatchObject({
      policy: 'failover',
      primary: 'eu-west-1',
      globalName: 'api.example.invalid',
    });
    expect(routing && arithmetic(routing.timing)).toBe('30 s x 3 = 90 s');
    expect(routing?.timing.ttlSeconds).toBe(60);
  });

  test('cloudPlatform() finds a stage whose branch has another name than its resources', async () => {
    const { slug, NAME_PREFIX_LENGTH_MAX } = await import('@gsp/platform/topology');
    await write(outputs({ domain, stage: slug('feature/fast', NAME_PREFIX_LENGTH_MAX - 4) }));
    const { routing } = await cloudPlatform(file, { topology, signal });
    expect(routing && arithmetic(routing.timing)).toBe('10 s x 3 = 30 s');
  });

  test('cloudPlatform() refuses to guess when the topology has no such stage', async () => {
    await write(outputs({ domain, stage: 'other' }));
    await expect(cloudPlatform(file, { topology, signal })).rejects.toThrow(
      /outputs are of stage 'other' of 'gsp', which this topology does not have/,
    );
  });

  test('cloudPlatform() has no routing when there is no domain', async () => {
    await write(outputs());
    const platform = await cloudPlatform(file, { topology, signal });
    expect(platform.routing).toBeNull();
    expect(await platform.sight('eu-west-1', signal)).toEqual({ isInService: null, answer: null });
  });
});

describe('awsCredentials()', () => {
  test('awsCredentials() says what to do when there are none', async () => {
    const missing = new Error('Could not load credentials from any providers');
    const credentials = awsCredentials(() => Promise.reject(missing));
    await expect(credentials()).rejects.toThrow(/Cannot sign the request: Could not load .* aws sso login/);
  });
});

describe('regionBehind()', () => {
  test('regionBehind() asks the address by the name that led to it, and believes only a good answer', async () => {
    const hosts: (string | undefined)[] = [];
    let status = 200;
    const server = createServer((request, response) => {
      hosts.push(request.headers.host);
      response.writeHead(status, { 'x-region': 'eu-central-1' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const options = { name: 'api.example.invalid', protocol: 'http', port, signal } as const;
    try {
      expect(await regionBehind('127.0.0.1', options)).toBe('eu-central-1');
      expect(hosts).toEqual(['api.example.invalid']);
      status = 403;
      expect(await regionBehind('127.0.0.1', options)).toBeNull();
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    expect(await regionBehind('127.0.0.1', options)).toBeNull();
  });
});
