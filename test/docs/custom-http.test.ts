// Goal: the console works under the headers that Amplify Hosting gives it, and they are no weaker than the twin's, under
// which it is driven by a browser. Method: the file is read in the one shape that it has, and compared.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BackendContext,
  edgeName,
  globalName,
  listedStages,
  regionalName,
  resolveStage,
} from '@gsp/platform/topology';
import { pageHeaders } from '@gsp/twin';
import { describe, expect, test } from 'vitest';
import { topology } from '../../amplify/topology.ts';

const FILE = join(import.meta.dirname, '../../customHttp.yml');

/** Keys and values of the file, in lower case as browsers read them; what is written in another shape is an error. */
function headersIn(text: string): Map<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  expect(lines.slice(0, 3)).toEqual(['customHeaders:', '  - pattern: "**/*"', '    headers:']);
  const found = lines
    .slice(3)
    .map((line) => /^ {6}(?:- key| {2}value): "([^"\\]+)"$/.exec(line)?.[1] ?? line);
  const headers = new Map<string, string>();
  for (let at = 0; at < found.length; at += 2) {
    expect(lines[at + 3], 'a key').toContain('- key: ');
    headers.set((found[at] ?? '').toLowerCase(), found[at + 1] ?? '');
  }
  expect(headers.size).toBe(found.length / 2);
  return headers;
}

function directivesOf(policy: string): Record<string, string> {
  return Object.fromEntries(
    policy.split('; ').map((directive) => {
      const space = directive.indexOf(' ');
      return [directive.slice(0, space), directive.slice(space + 1)];
    }),
  );
}

/** Origins that the console of a stage asks. */
function originsOf({ domain, regions, settings }: BackendContext): string[] {
  if (domain?.hostedZoneId == null)
    return regions.map((region) => `https://abc123.execute-api.${region}.amazonaws.com`);
  const { zoneName } = domain;
  const names = [globalName(zoneName), ...regions.map((region) => regionalName(zoneName, region))];
  return [...names, ...(settings.edge.cloudFront ? [edgeName(zoneName)] : [])].map(
    (name) => `https://${name}`,
  );
}

/** Whether a source of a policy allows that origin: `*.` stands for one label or more. https://www.w3.org/TR/CSP3/#match-hosts */
function allows(source: string, origin: string): boolean {
  if (source === origin) return true;
  const [, suffix] = /^https:\/\/\*(\..+)$/.exec(source) ?? [];
  return suffix !== undefined && origin.startsWith('https://') && origin.endsWith(suffix);
}

const headers = headersIn(await readFile(FILE, 'utf8'));
const policy = directivesOf(headers.get('content-security-policy') ?? '');
const connect = (policy['connect-src'] ?? '').split(' ');
const sites = listedStages(topology).map((backendName) =>
  resolveStage(topology, { backendType: 'standalone', backendName, region: topology.regions[0] }),
);

describe('customHttp.yml', () => {
  test('has the headers of the twin, under which the console is known to work', () => {
    for (const [name, value] of Object.entries(pageHeaders([]))) {
      if (name === 'content-security-policy') continue;
      expect(headers.get(name), name).toBe(value);
    }
    const { 'connect-src': _twin, ...twin } = directivesOf(pageHeaders([])['content-security-policy'] ?? '');
    const { 'connect-src': _hosted, ...hosted } = policy;
    expect(hosted).toEqual(twin);
  });

  test('lets the console of each stage ask its Regions, and says what is missing', () => {
    const missing = sites
      .flatMap(originsOf)
      .filter((origin) => !connect.some((source) => allows(source, origin)));
    expect(missing, 'run npm run outputs: connect-src of customHttp.yml lacks these').toEqual([]);
  });

  test('lets it ask nobody else', () => {
    expect(connect[0]).toBe("'self'");
    const asked = sites.flatMap(originsOf);
    const idle = connect.slice(1).filter((source) => !asked.some((origin) => allows(source, origin)));
    expect(idle, 'run npm run outputs: connect-src of customHttp.yml has these too many').toEqual([]);
    for (const origin of [
      'https://example.org',
      'https://s3.eu-west-1.amazonaws.com',
      'http://127.0.0.1:4000',
    ])
      expect(
        connect.some((source) => allows(source, origin)),
        origin,
      ).toBe(false);
  });

  test('keeps the page to HTTPS, out of frames, and away from sensors', () => {
    expect(headers.get('strict-transport-security')).toBe('max-age=63072000; includeSubDomains');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(policy['frame-ancestors']).toBe("'none'");
    for (const feature of ['camera', 'microphone', 'geolocation', 'payment', 'usb'])
      expect(headers.get('permissions-policy')).toContain(`${feature}=()`);
  });
});

test.each([
  ['https://*.execute-api.eu-west-1.amazonaws.com', 'https://a.execute-api.eu-west-1.amazonaws.com', true],
  ['https://*.execute-api.eu-west-1.amazonaws.com', 'https://execute-api.eu-west-1.amazonaws.com', false],
  ['https://*.execute-api.eu-west-1.amazonaws.com', 'http://a.execute-api.eu-west-1.amazonaws.com', false],
  ['https://*.api.example.com', 'https://api.example.com', false],
  ['https://api.example.com', 'https://api.example.com', true],
  ["'self'", 'https://api.example.com', false],
])('allows() of %s judges %s', (source, origin, expected) => {
  expect(allows(source, origin)).toBe(expected);
});
