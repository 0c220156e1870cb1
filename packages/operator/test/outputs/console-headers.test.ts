import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineTopology, type TopologyInput } from '@gsp/platform/topology';
import { expect, onTestFinished, test } from 'vitest';
import { connectSources, requireCurrentHeaders, writeHeaders } from '../../src/outputs/console-headers.ts';

const NAMED = [
  'https://*.execute-api.us-east-1.amazonaws.com',
  'https://*.execute-api.us-west-2.amazonaws.com',
];

const topology = (changes: Partial<TopologyInput> = {}) =>
  defineTopology({
    project: 'acme',
    regions: ['us-east-1', 'us-west-2'],
    stages: { main: {}, dev: {} },
    ...changes,
  });

/** A project with these headers; its end goes with the test. */
async function project(headers: string | null) {
  const rootDir = await mkdtemp(join(tmpdir(), 'console-headers-'));
  onTestFinished(() => rm(rootDir, { recursive: true }));
  if (headers !== null) await writeFile(join(rootDir, 'customHttp.yml'), headers);
  return { rootDir, topology: topology(), read: () => readFile(join(rootDir, 'customHttp.yml'), 'utf8') };
}

const policy = (sources: string) => `value: "default-src 'none'; connect-src ${sources}; base-uri 'none'"\n`;

test('connectSources() names each region once, however many stages are there', () => {
  expect(connectSources(topology())).toEqual(NAMED);
});

test('connectSources() names a domain, once its zone is known, for the stage that has it', () => {
  const stages = (hostedZoneId: string | null) => ({
    main: { domain: { zoneName: 'example.com', hostedZoneId } },
    dev: {},
  });
  expect(connectSources(topology({ stages: stages('Z0123456789ABC') }))).toEqual([
    'https://api.example.com',
    'https://*.api.example.com',
    ...NAMED,
  ]);
  expect(connectSources(topology({ stages: stages(null) }))).toEqual(NAMED);
});

test('writeHeaders() replaces whom the console may ask, and nothing else, once', async () => {
  const found = await project(`# ours\n${policy("'self' https://old.example.com")}`);
  await expect(requireCurrentHeaders(found)).rejects.toThrow(
    /^Cannot accept customHttp\.yml: .* Run: npm run outputs$/,
  );
  expect(await writeHeaders(found)).toBe('customHttp.yml');
  expect(await found.read()).toBe(`# ours\n${policy(["'self'", ...NAMED].join(' '))}`);
  expect(await writeHeaders(found)).toBeNull();
  await requireCurrentHeaders(found);
});

test('writeHeaders() leaves a project without a console alone', async () => {
  const found = await project(null);
  expect(await writeHeaders(found)).toBeNull();
  await requireCurrentHeaders(found);
});

test.each([["default-src 'none'"], [policy("'self'") + policy("'self'")]])(
  'writeHeaders() refuses headers of which it cannot tell what to change: %j',
  async (headers) => {
    await expect(writeHeaders(await project(headers))).rejects.toThrow(/^Cannot read customHttp\.yml: /);
  },
);
