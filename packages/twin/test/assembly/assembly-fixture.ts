import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { resolveAssembly } from '../../src/assembly/resolve-assembly.ts';
import type { ResolvedRegion } from '../../src/assembly/resolved-region.ts';

/** Files of an assembly: text as it is, anything else as JSON. */
export type AssemblyFiles = Readonly<Record<string, unknown>>;

/** A template with one function, `F`, whose variables are `variables`, and whatever `rest` adds. */
export function templateWith(variables: Readonly<Record<string, unknown>>, rest: AssemblyFiles = {}): object {
  const { Resources = {}, ...sections } = rest;
  return { ...sections, Resources: { ...(Resources as object), F: functionWith(variables) } };
}

/** A function resource with the given variables and code that exists. */
export function functionWith(variables: Readonly<Record<string, unknown>>, properties: object = {}): object {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'f',
      Code: { S3Key: 'c0de.zip' },
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Environment: { Variables: variables },
      ...properties,
    },
  };
}

/** The properties of a table whose only key is the string `pk`. */
export const TABLE_KEYS = {
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
};

/** Writes an assembly with one root stack, `Root`, unless `files` bring a manifest of their own. */
export function writeAssembly(files: AssemblyFiles): string {
  const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(join(directory, 'asset.c0de'));
  const properties = { templateFile: 'Root.template.json' };
  const Root = {
    type: 'aws:cloudformation:stack',
    environment: 'aws://unknown-account/unknown-region',
    properties,
  };
  const all: AssemblyFiles = { 'manifest.json': { version: '55.0.0', artifacts: { Root } }, ...files };
  for (const [name, content] of Object.entries(all)) {
    writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return directory;
}

/** Resolves an assembly for eu-west-1. */
export function resolveFiles(files: AssemblyFiles): ResolvedRegion {
  return resolveDirectory(writeAssembly(files));
}

/** Resolves a template of these resources for eu-west-1. */
export function resolveResources(Resources: object): ResolvedRegion {
  return resolveFiles({ 'Root.template.json': { Resources } });
}

/** Resolves a folder, for eu-west-1 unless told otherwise. */
export function resolveDirectory(directory: string, region = 'eu-west-1'): ResolvedRegion {
  return resolveAssembly(directory, {
    region,
    accountId: '123456789012',
    apiEndpoint: (apiLogicalId) => `http://127.0.0.1:4011/${apiLogicalId}`,
  });
}

/** What the variables of function `F` come to in a template. */
export function variablesOf(
  variables: Readonly<Record<string, unknown>>,
  rest: AssemblyFiles = {},
): Readonly<Record<string, string>> | undefined {
  return resolveFiles({ 'Root.template.json': templateWith(variables, rest) }).functions[0]?.environment;
}

/** The error that a function throws; fails when it throws none. */
export function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** A region whose templates come to nothing but what `part` says. */
export function resolvedRegion(region: string, part: Partial<ResolvedRegion>): ResolvedRegion {
  return {
    region,
    accountId: '111122223333',
    tables: [],
    functions: [],
    httpApis: [],
    eventSourceMappings: [],
    schedules: [],
    customResources: [],
    route53: { zones: [], checks: [], records: [] },
    customDomains: [],
    distributions: [],
    secrets: [],
    outputs: {},
    notEmulated: [],
    ...part,
  };
}
