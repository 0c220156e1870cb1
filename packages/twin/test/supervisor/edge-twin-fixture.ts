import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { RegionAssembly } from '../../src/supervisor/twin.ts';
import { functionWith } from '../assembly/assembly-fixture.ts';
import {
  distributionOf,
  EDGE_RECORDS,
  edgeFiles,
  HEADERS,
  secretOf,
  webAclResource,
} from '../assembly/edge-fixture.ts';
import { checkOf, recordOf } from '../assembly/route53-fixture.ts';
import { REGIONS } from './twin-fixture.ts';

/** Names of the two secrets of the fixture. */
export const SECRETS = { a: 'gsp-main/origin-secret-a', b: 'gsp-main/origin-secret-b' } as const;

/** Tells which of the secrets a request carries, as it asks Secrets Manager for both of its region every time. */
const FUNCTION = `
const authorization = 'AWS4-HMAC-SHA256 Credential=k/20260101/' + process.env.AWS_REGION +
  '/secretsmanager/aws4_request, SignedHeaders=host, Signature=0';
const valueOf = async (SecretId) => {
  const response = await fetch(process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER, {
    method: 'POST',
    headers: { authorization, 'x-amz-target': 'secretsmanager.GetSecretValue' },
    body: JSON.stringify({ SecretId }),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()).SecretString;
};
export const handler = async ({ rawPath, headers, body }) => {
  if (rawPath === '/health') return { ok: true };
  const verify = headers['x-origin-verify'];
  const values = { a: await valueOf('${SECRETS.a}'), b: await valueOf('${SECRETS.b}') };
  const slot = Object.keys(values).find((each) => values[each] === verify) ?? null;
  return {
    slot,
    hasHeader: verify !== undefined,
    region: process.env.AWS_REGION,
    host: headers.host,
    forwardedFor: headers['x-forwarded-for'] ?? null,
    edge: process.env.EDGE,
    bytes: (body ?? '').length,
  };
};`;

/** What differs between the twins of these tests. */
export interface EdgeTwinOptions {
  /** Whose secret the edge sends. */
  readonly slot?: 'a' | 'b';
  readonly waf?: 'count' | 'block';
  /** Whether there is an edge at all. */
  readonly hasEdge?: boolean;
}

/**
 * The templates of two regions with an API each under a global name that fails over, and of an edge in front of it, which
 * the first region's assembly has in a stack for us-east-1.
 */
export function edgeAssemblies({ slot = 'a', waf, hasEdge = true }: EdgeTwinOptions = {}): RegionAssembly[] {
  const folder = mkdtempSync(join(tmpdir(), 'edge-assembly-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const edge = {
    Certificate: { Type: 'AWS::CertificateManager::Certificate' },
    Headers: HEADERS,
    SecretA: secretOf(SECRETS.a, REGIONS),
    SecretB: secretOf(SECRETS.b, REGIONS),
    ...(waf && { Acl: webAclResource(waf, { limit: 20, size: 100 }) }),
    Cdn: distributionOf({ slot, webAcl: waf !== undefined }),
    ...EDGE_RECORDS,
  };
  return REGIONS.map((region, index) => {
    const assemblyDir = join(folder, region);
    mkdirSync(join(assemblyDir, 'asset.c0de'), { recursive: true });
    writeFileSync(join(assemblyDir, 'asset.c0de', 'index.mjs'), FUNCTION);
    const files = edgeFiles(index === 0 && hasEdge ? edge : {}, {
      Resources: backendOf(region, index === 0 ? 'PRIMARY' : 'SECONDARY'),
      Outputs: { Endpoint: { Value: 'https://edge.api.gsp.test' } },
    });
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(assemblyDir, name), JSON.stringify(content));
    return { region, assemblyDir };
  });
}

function backendOf(region: string, Failover: string): object {
  const ApiId = { Ref: 'Api' };
  const names = { Global: 'api.gsp.test', Regional: `${region}.api.gsp.test` };
  const domains = Object.entries(names).flatMap(([id, DomainName]) => [
    [id, { Type: 'AWS::ApiGatewayV2::DomainName', Properties: { DomainName } }],
    [
      `${id}Mapping`,
      {
        Type: 'AWS::ApiGatewayV2::ApiMapping',
        Properties: { ApiId, DomainName: { Ref: id }, Stage: { Ref: 'Stage' } },
      },
    ],
  ]);
  const leadingTo = (id: string) => ({
    DNSName: { 'Fn::GetAtt': [id, 'RegionalDomainName'] },
    HostedZoneId: { 'Fn::GetAtt': [id, 'RegionalHostedZoneId'] },
  });
  return {
    F: functionWith({ EDGE: 'https://edge.api.gsp.test' }, { FunctionName: 'echo' }),
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'n', ProtocolType: 'HTTP' } },
    Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId, StageName: '$default' } },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ...{ ApiId, IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' },
        IntegrationUri: { 'Fn::GetAtt': ['F', 'Arn'] },
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: { ApiId, RouteKey: '$default', Target: { 'Fn::Sub': 'integrations/$' + '{Integration}' } },
    },
    ...Object.fromEntries(domains),
    Check: checkOf({
      ...{ Type: 'HTTPS', FullyQualifiedDomainName: names.Regional, ResourcePath: '/health' },
      ...{ RequestInterval: 10, FailureThreshold: 2, Regions: ['eu-west-1', 'us-east-1', 'us-west-2'] },
    }),
    GlobalRecord: recordOf({
      ...{
        Failover,
        SetIdentifier: region,
        HealthCheckId: { Ref: 'Check' },
        AliasTarget: leadingTo('Global'),
      },
    }),
    RegionalRecord: recordOf({ Name: `${names.Regional}.`, AliasTarget: leadingTo('Regional') }),
  };
}
