import { describe, expect, test } from 'vitest';
import { resolveAssembly } from '../../src/assembly/resolve-assembly.ts';
import type { ResolvedRegion } from '../../src/assembly/resolved-region.ts';
import { functionWith, writeAssembly } from './assembly-fixture.ts';

const GLOBAL = 'api.gsp.test';
const REGIONAL = 'eu-west-1.api.gsp.test';

const domain = (DomainName: string, properties: object = {}): object => ({
  Type: 'AWS::ApiGatewayV2::DomainName',
  Properties: {
    DomainName,
    DomainNameConfigurations: [{ CertificateArn: { Ref: 'Certificate' }, EndpointType: 'REGIONAL' }],
    ...properties,
  },
});
const mapping = (id: string, properties: object = {}): object => ({
  Type: 'AWS::ApiGatewayV2::ApiMapping',
  Properties: { ApiId: { Ref: 'Api' }, DomainName: { Ref: id }, Stage: { Ref: 'Stage' }, ...properties },
});
const API = {
  F: functionWith({ URL: `https://${GLOBAL}/health` }),
  Api: {
    Type: 'AWS::ApiGatewayV2::Api',
    Properties: { Name: 'n', ProtocolType: 'HTTP', DisableExecuteApiEndpoint: true },
  },
  Stage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: { ApiId: { Ref: 'Api' }, StageName: '$default' },
  },
  Certificate: { Type: 'AWS::CertificateManager::Certificate' },
};
const DOMAINS = {
  Global: domain(GLOBAL),
  Regional: domain('EU-west-1.api.gsp.test'),
  ToGlobal: mapping('Global'),
  ToRegional: mapping('Regional'),
};

function resolve(
  resources: object,
  {
    outputs = {},
    domainEndpoint,
  }: { outputs?: object; domainEndpoint?: (name: string) => string | undefined } = {},
): ResolvedRegion {
  const template = { Resources: { ...API, ...resources }, Outputs: outputs };
  return resolveAssembly(writeAssembly({ 'Root.template.json': template }), {
    region: 'eu-west-1',
    accountId: '123456789012',
    apiEndpoint: () => 'http://127.0.0.1:4011',
    ...(domainEndpoint && { domainEndpoint }),
  });
}

const twinUrl = (name: string): string => `http://127.0.0.1:${name === GLOBAL ? 4010 : 4011}`;

describe('resolveAssembly() reads custom domains', () => {
  test('with the names that API Gateway gives them, and the API behind them', () => {
    const { customDomains, httpApis } = resolve(DOMAINS);
    const common = { region: 'eu-west-1', apiId: httpApis[0]?.apiId, mappingKey: '', stage: '$default' };
    const regionalDomainName = expect.stringMatching(
      /^d-[a-z0-9]{10}\.execute-api\.eu-west-1\.amazonaws\.com$/,
    );
    expect(customDomains).toEqual([
      { ...common, domainName: GLOBAL, regionalDomainName },
      { ...common, domainName: REGIONAL, regionalDomainName },
    ]);
    expect(customDomains[0]?.regionalDomainName).not.toBe(customDomains[1]?.regionalDomainName);
    expect(httpApis[0]?.customDomains).toEqual([
      { domainName: GLOBAL, mappingKey: '' },
      { domainName: REGIONAL, mappingKey: '' },
    ]);
  });

  test('with attributes that other resources need', () => {
    const values = {
      Domain: { Ref: 'Global' },
      Target: { 'Fn::GetAtt': ['Global', 'RegionalDomainName'] },
      Zone: { 'Fn::GetAtt': ['Global', 'RegionalHostedZoneId'] },
      Certificate: { Ref: 'Certificate' },
      Policy: { Ref: 'Policy' },
      Mapping: { Ref: 'ToGlobal' },
    };
    const outputs = Object.fromEntries(Object.entries(values).map(([name, Value]) => [name, { Value }]));
    const Policy = {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { ManagedPolicyName: 'operator', Path: '/a/' },
    };
    const resolved = resolve({ ...DOMAINS, Policy }, { outputs });
    expect(resolved.outputs).toEqual({
      Domain: GLOBAL,
      Target: resolved.customDomains[0]?.regionalDomainName,
      Zone: 'ZLY8HYME6SFDD',
      Certificate: expect.stringMatching(/^arn:aws:acm:eu-west-1:123456789012:certificate\/[0-9a-f-]{36}$/),
      Policy: 'arn:aws:iam::123456789012:policy/a/operator',
      Mapping: expect.stringMatching(/^[a-z0-9]{6}$/),
    });
  });

  test('and puts the twin’s addresses in their place, whole ones only', () => {
    const value =
      'https://api.gsp.test, https://api.gsp.test/a https://API.gsp.test. https://eu-west-1.api.gsp.test:443';
    const others =
      'https://api.gsp.test.evil.example https://api.gsp.testing https://api.gsp.test-1 http://api.gsp.test';
    const outputs = {
      Own: { Value: value },
      Others: { Value: others },
      Json: { Value: `{"endpoint":"https://${GLOBAL}","region":"${REGIONAL}"}` },
    };
    const resolved = resolve(DOMAINS, { outputs, domainEndpoint: twinUrl });
    expect(resolved.outputs).toEqual({
      Own: 'http://127.0.0.1:4010, http://127.0.0.1:4010/a http://127.0.0.1:4010. http://127.0.0.1:4011:443',
      Others: others,
      Json: `{"endpoint":"http://127.0.0.1:4010","region":"${REGIONAL}"}`,
    });
    expect(resolved.functions[0]?.environment.URL).toBe('http://127.0.0.1:4010/health');
  });

  test('and leaves alone the addresses that the twin does not serve', () => {
    expect(resolve(DOMAINS).functions[0]?.environment.URL).toBe(`https://${GLOBAL}/health`);
    const onlyRegional = (name: string) => (name === REGIONAL ? twinUrl(name) : undefined);
    const resolved = resolve(DOMAINS, { domainEndpoint: onlyRegional });
    expect(resolved.functions[0]?.environment.URL).toBe(`https://${GLOBAL}/health`);
  });

  test('with base paths, which belong to the address', () => {
    const outputs = { V1: { Value: `https://${GLOBAL}/v1/a` }, V2: { Value: `https://${GLOBAL}/v1-2` } };
    const { customDomains, ...resolved } = resolve(
      { Global: DOMAINS.Global, V1: mapping('Global', { ApiMappingKey: 'v1' }), Root: mapping('Global') },
      { outputs, domainEndpoint: twinUrl },
    );
    expect(customDomains.map(({ mappingKey }) => mappingKey)).toEqual(['v1', '']);
    expect(resolved.outputs).toEqual({
      V1: 'http://127.0.0.1:4010/a',
      V2: 'http://127.0.0.1:4010/v1-2',
    });
  });

  test('and names what of them has no effect', () => {
    const { customDomains, notEmulated, httpApis } = resolve({
      Global: domain(GLOBAL, {
        MutualTlsAuthentication: { TruststoreUri: 's3://b/k' },
        RoutingMode: 'ROUTING_RULE_ONLY',
      }),
      Elsewhere: mapping('Global', { DomainName: 'elsewhere.test' }),
      OtherStage: mapping('Global', { Stage: 'dev' }),
      Policy: { Type: 'AWS::IAM::ManagedPolicy' },
      Route: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: { ApiId: { Ref: 'Api' }, RouteKey: 'PUT /a', AuthorizationType: 'AWS_IAM' },
      },
    });
    expect(customDomains).toEqual([]);
    expect(httpApis[0]).not.toHaveProperty('customDomains');
    const told = notEmulated.map(({ type }) => type).filter((type) => !/Lambda|no integration/.test(type));
    expect(told).toEqual([
      'AWS::ApiGatewayV2::ApiMapping of a domain that is not in the templates',
      'AWS::ApiGatewayV2::ApiMapping to what is not run',
      'AWS::ApiGatewayV2::DomainName MutualTlsAuthentication',
      'AWS::ApiGatewayV2::DomainName RoutingMode ROUTING_RULE_ONLY',
      'AWS::CertificateManager::Certificate (the twin has no TLS)',
      'AWS::IAM::ManagedPolicy (permissions are not enforced)',
    ]);
  });

  test('and survives a trip through JSON', () => {
    const resolved = resolve(DOMAINS);
    expect(JSON.parse(JSON.stringify(resolved))).toEqual(resolved);
  });
});
