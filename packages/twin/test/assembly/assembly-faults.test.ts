import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AssemblyError } from '../../src/assembly/assembly-error.ts';
import {
  errorOf,
  resolveDirectory,
  resolveFiles,
  resolveResources,
  TABLE_KEYS,
  templateWith,
  writeAssembly,
} from './assembly-fixture.ts';

describe('resolveAssembly() fails with the file and the remedy', () => {
  test.each<[string, object, string, RegExp]>([
    [
      'a manifest that is not JSON',
      { 'manifest.json': '{' },
      'BrokenAssembly',
      /manifest\.json: it is not JSON/,
    ],
    ['a manifest without artifacts', { 'manifest.json': {} }, 'BrokenAssembly', /lists no artifacts/],
    ['a missing template', {}, 'BrokenAssembly', /Root\.template\.json: there is no such file/],
    [
      'a template that is not JSON',
      { 'Root.template.json': 'Resources:' },
      'BrokenAssembly',
      /it is not JSON/,
    ],
    [
      'a template without resources',
      { 'Root.template.json': {} },
      'BrokenAssembly',
      /no CloudFormation template/,
    ],
    [
      'a schema of the future',
      { 'manifest.json': { version: '99.0.0', artifacts: {} } },
      'UnknownSchemaVersion',
      /schema version is 99\.0\.0.*npm ci/,
    ],
    [
      'a schema without a version',
      { 'manifest.json': { artifacts: {} } },
      'UnknownSchemaVersion',
      /undefined/,
    ],
    [
      'a CDK stage',
      {
        'manifest.json': {
          version: '55.0.0',
          artifacts: { Prod: { type: 'cdk:cloud-assembly', properties: {} } },
        },
      },
      'BrokenAssembly',
      /stage "Prod"/,
    ],
  ])('on %s', (_, files, code, message) => {
    const error = errorOf(() => resolveFiles(files as never));
    expect(error).toBeInstanceOf(AssemblyError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('on a folder that does not exist', () => {
    expect(errorOf(() => resolveDirectory('/nowhere'))).toMatchObject({ code: 'BrokenAssembly' });
  });

  test('on code that is missing', () => {
    const directory = writeAssembly({ 'Root.template.json': templateWith({}) });
    rmSync(join(directory, 'asset.c0de'), { recursive: true });
    expect(errorOf(() => resolveDirectory(directory))).toMatchObject({
      code: 'BrokenAssembly',
      logicalId: 'F',
    });
  });

  test('on a property that its type does not take', () => {
    const T = {
      Type: 'AWS::DynamoDB::Table',
      Properties: { ...TABLE_KEYS, AttributeDefinitions: [{ AttributeName: 'pk' }] },
    };
    expect(errorOf(() => resolveResources({ T }))).toMatchObject({
      code: 'InvalidResource',
      logicalId: 'T',
      path: 'Properties.AttributeDefinitions.0.AttributeType',
    });
  });
});
