import { describe, expect, test } from 'vitest';
import { AssemblyError } from '../../src/assembly/assembly-error.ts';
import { errorOf, functionWith, resolveFiles, templateWith, variablesOf } from './assembly-fixture.ts';

const REST = {
  Parameters: {
    Name: { Type: 'String', Default: 'given' },
    Size: { Type: 'Number', Default: 7 },
    Zones: { Type: 'CommaDelimitedList', Default: 'a, b,c' },
  },
  Mappings: { Stages: { 'eu-west-1': { name: 'primary' } } },
  Conditions: {
    Here: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
    There: { 'Fn::Not': [{ Condition: 'Here' }] },
    Both: { 'Fn::And': [{ Condition: 'Here' }, { Condition: 'There' }] },
    Either: { 'Fn::Or': [{ Condition: 'Here' }, { Condition: 'There' }] },
  },
  Resources: {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: { TableName: 't', AttributeDefinitions: [], KeySchema: [] },
    },
    Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'r' } },
    Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/l' } },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'n', ProtocolType: 'HTTP' } },
  },
};

describe('resolveAssembly() resolves', () => {
  test.each<[string, unknown, string]>([
    ['Ref of a parameter', { Ref: 'Name' }, 'given'],
    ['Ref of a number', { Ref: 'Size' }, '7'],
    ['Ref of the region', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['Ref of the account', { Ref: 'AWS::AccountId' }, '123456789012'],
    ['Ref of the partition', { Ref: 'AWS::Partition' }, 'aws'],
    ['Ref of the URL suffix', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    ['Ref of the stack', { Ref: 'AWS::StackName' }, 'Root'],
    ['Ref of a table', { Ref: 'Table' }, 't'],
    ['a table ARN', { 'Fn::GetAtt': ['Table', 'Arn'] }, 'arn:aws:dynamodb:eu-west-1:123456789012:table/t'],
    [
      'an attribute in text form',
      { 'Fn::GetAtt': 'Table.Arn' },
      'arn:aws:dynamodb:eu-west-1:123456789012:table/t',
    ],
    ['a role ARN', { 'Fn::GetAtt': ['Role', 'Arn'] }, 'arn:aws:iam::123456789012:role/r'],
    [
      'a log group ARN',
      { 'Fn::GetAtt': ['Logs', 'Arn'] },
      'arn:aws:logs:eu-west-1:123456789012:log-group:/l:*',
    ],
    ['an API endpoint', { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, 'http://127.0.0.1:4011/Api'],
    [
      'the address that AWS would give an API',
      { 'Fn::Sub': `https://\${Api}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}/x` },
      'http://127.0.0.1:4011/Api/x',
    ],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'Name' }, { Ref: 'AWS::NoValue' }, 'z']] }, 'a-given-z'],
    ['Fn::Join of a list', { 'Fn::Join': ['+', { Ref: 'Zones' }] }, 'a+b+c'],
    [
      'Fn::Sub',
      { 'Fn::Sub': `\${Name}:\${Table.Arn}:\${!Literal}` },
      `given:arn:aws:dynamodb:eu-west-1:123456789012:table/t:\${Literal}`,
    ],
    ['Fn::Sub with variables', { 'Fn::Sub': [`\${x}-\${Name}`, { x: { Ref: 'Size' } }] }, '7-given'],
    ['Fn::Select and Fn::Split', { 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    ['Fn::If that holds', { 'Fn::If': ['Here', 'yes', { Ref: 'Nowhere' }] }, 'yes'],
    ['Fn::If that does not', { 'Fn::If': ['Both', { Ref: 'Nowhere' }, 'no'] }, 'no'],
    ['Fn::Or', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['Stages', { Ref: 'AWS::Region' }, 'name'] }, 'primary'],
    [
      'Fn::FindInMap with a default',
      { 'Fn::FindInMap': ['Stages', 'x', 'name', { DefaultValue: 'none' }] },
      'none',
    ],
    ['Fn::Base64', { 'Fn::Base64': 'text' }, 'dGV4dA=='],
    ['Fn::Length', { 'Fn::Length': { Ref: 'Zones' } }, '3'],
    ['Fn::ToJsonString', { 'Fn::ToJsonString': { a: { Ref: 'Size' } } }, '{"a":7}'],
  ])('%s', (_, expression, expected) => {
    expect(variablesOf({ X: expression }, REST)).toEqual({ X: expected });
  });

  test('AWS::NoValue by leaving the property out', () => {
    expect(variablesOf({ GONE: { Ref: 'AWS::NoValue' }, KEPT: 'x' })).toEqual({ KEPT: 'x' });
  });

  test('parameters and outputs across nested stacks, in both directions', () => {
    const nested = (file: string, Parameters?: object): object => ({
      Type: 'AWS::CloudFormation::Stack',
      Properties: { TemplateURL: 'unused', ...(Parameters && { Parameters }) },
      Metadata: { 'aws:asset:path': file },
    });
    const { functions, tables } = resolveFiles({
      'Root.template.json': {
        Resources: {
          Data: nested('data.json', { Prefix: 'p' }),
          Api: nested('api.json', { TableName: { 'Fn::GetAtt': ['Data', 'Outputs.Name'] } }),
        },
      },
      'data.json': {
        Parameters: { Prefix: { Type: 'String' } },
        Resources: {
          T: {
            Type: 'AWS::DynamoDB::Table',
            Properties: {
              TableName: { 'Fn::Sub': `\${Prefix}-items` },
              AttributeDefinitions: [],
              KeySchema: [],
            },
          },
        },
        Outputs: { Name: { Value: { Ref: 'T' } } },
      },
      'api.json': templateWith(
        { TABLE: { Ref: 'TableName' } },
        { Parameters: { TableName: { Type: 'String' } } },
      ),
    });
    expect(tables.map(({ tableName }) => tableName)).toEqual(['p-items']);
    expect(functions[0]?.environment).toEqual({ TABLE: 'p-items' });
  });

  test('a nested stack by the hash in its TemplateURL', () => {
    const files = { hash1: { source: { path: 'deep.json', packaging: 'file' } } };
    const TemplateURL = {
      'Fn::Join': ['', ['https://s3.', { Ref: 'AWS::URLSuffix' }, '/bucket/hash1.json']],
    };
    const artifacts = {
      Root: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Root.template.json' } },
      Assets: { type: 'cdk:asset-manifest', properties: { file: 'Root.assets.json' } },
    };
    const { functions } = resolveFiles({
      'manifest.json': { version: '55.0.0', artifacts },
      'Root.assets.json': { files },
      'Root.template.json': {
        Resources: { N: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL } } },
      },
      'deep.json': templateWith({ X: '1' }),
    });
    expect(functions).toHaveLength(1);
  });

  test('no resource whose condition does not hold', () => {
    const Table = { Type: 'AWS::DynamoDB::Table', Condition: 'Never', Properties: { KeySchema: 'nonsense' } };
    const Conditions = { Never: { 'Fn::Equals': ['a', 'b'] } };
    expect(resolveFiles({ 'Root.template.json': { Conditions, Resources: { Table } } }).tables).toEqual([]);
  });
});

describe('resolveAssembly() fails with template, logical id and path', () => {
  const at = (rest = ''): string => `Properties.Environment.Variables.X${rest}`;
  test.each<[string, unknown, object, string, RegExp]>([
    ['Ref of nothing', { Ref: 'Nowhere' }, {}, at('.Ref'), /no parameter or resource "Nowhere"/],
    [
      'GetAtt of nothing',
      { 'Fn::GetAtt': ['Nowhere', 'Arn'] },
      {},
      at('.Fn::GetAtt'),
      /no resource "Nowhere"/,
    ],
    ['Fn::Sub of nothing', { 'Fn::Sub': `a\${Nowhere}` }, {}, at('.Fn::Sub'), /"Nowhere"/],
    ['an unknown intrinsic', { 'Fn::Cidr': ['10.0.0.0/8', 1] }, {}, at('.Fn::Cidr'), /Fn::Cidr is not known/],
    ['an unknown pseudo parameter', { Ref: 'AWS::Nonsense' }, {}, at('.Ref'), /AWS::Nonsense/],
    ['an import', { 'Fn::ImportValue': 'other' }, {}, at('.Fn::ImportValue'), /another stack/],
    ['an unknown condition', { 'Fn::If': ['Nope', 1, 2] }, {}, at('.Fn::If'), /no condition "Nope"/],
    ['an unknown mapping', { 'Fn::FindInMap': ['A', 'b', 'c'] }, {}, at('.Fn::FindInMap'), /A\.b\.c/],
    ['a selection out of range', { 'Fn::Select': [3, ['a']] }, {}, at('.Fn::Select'), /element 3 of 1/],
    ['a join of what is no list', { 'Fn::Join': ['', 'text'] }, {}, at('.Fn::Join'), /a list is needed/],
    [
      'a parameter that nobody passes',
      { Ref: 'P' },
      { Parameters: { P: { Type: 'String' } } },
      at('.Ref'),
      /nobody passes it/,
    ],
  ])('on %s', (_, expression, rest, path, message) => {
    const error = errorOf(() => variablesOf({ X: expression }, rest as never));
    expect(error).toBeInstanceOf(AssemblyError);
    expect(error).toMatchObject({
      code: 'Unresolvable',
      template: 'Root.template.json',
      logicalId: 'F',
      path,
    });
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toMatch(
      /^Cannot resolve F\.Properties.*Correct it in the backend definition\.$/,
    );
  });

  test('on conditions and outputs that depend on themselves', () => {
    const Conditions = { A: { Condition: 'B' }, B: { 'Fn::Not': [{ Condition: 'A' }] } };
    expect(() => variablesOf({ X: { 'Fn::If': ['A', 1, 2] } }, { Conditions })).toThrow(
      /condition A depends on itself/,
    );
    const nested = (file: string, other: string): object => ({
      Type: 'AWS::CloudFormation::Stack',
      Properties: { Parameters: { P: { 'Fn::GetAtt': [other, 'Outputs.O'] } } },
      Metadata: { 'aws:asset:path': file },
    });
    const template = {
      Parameters: { P: { Type: 'String' } },
      Resources: { F: functionWith({ X: { Ref: 'P' } }) },
      Outputs: { O: { Value: { Ref: 'P' } } },
    };
    const files = {
      'Root.template.json': { Resources: { A: nested('a.json', 'B'), B: nested('b.json', 'A') } },
      'a.json': template,
      'b.json': template,
    };
    expect(() => resolveFiles(files)).toThrow(/depends on itself/);
  });

  test.each<[string, unknown, RegExp]>([
    ['an attribute that only AWS can give', { 'Fn::GetAtt': ['Key', 'Arn'] }, /AWS::KMS::Key Key\.Arn/],
    ['a dynamic reference', '{{resolve:ssm:/x:1}}', /\{\{resolve:ssm:\/x:1\}\}/],
    ['a parameter that lives in SSM', { Ref: 'Boot' }, /AWS::SSM::Parameter Boot/],
  ])('on %s that a function needs', (_, expression, message) => {
    const rest = {
      Parameters: { Boot: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' } },
      Resources: { Key: { Type: 'AWS::KMS::Key' } },
    };
    const error = errorOf(() => variablesOf({ X: expression }, rest));
    expect(error).toMatchObject({ code: 'NotEmulated', logicalId: 'F', path: 'Properties.Environment' });
    expect((error as Error).message).toMatch(message);
  });

  test('but not on what nobody who runs needs: an output says so instead', () => {
    const { outputs } = resolveFiles({
      'Root.template.json': {
        Resources: { Key: { Type: 'AWS::KMS::Key' } },
        Outputs: { Key: { Value: { 'Fn::Join': ['', ['id=', { Ref: 'Key' }]] } } },
      },
    });
    expect(outputs).toEqual({ Key: 'id=[not emulated: AWS::KMS::Key Key.Ref]' });
  });
});
