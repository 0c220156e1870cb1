import { describe, expect, test } from 'vitest';
import { edgeTemplate, onlyOf } from './edge-fixture.ts';

const DISTRIBUTION = 'AWS::CloudFront::Distribution';

const configOf = (...settings: Parameters<typeof edgeTemplate>) =>
  Object(onlyOf(edgeTemplate(...settings), DISTRIBUTION).DistributionConfig);

describe('EdgeDistribution', () => {
  test('answers under its own name, with TLS 1.2 at least, over HTTP/2 and HTTP/3', () => {
    const template = edgeTemplate();
    const config = Object(onlyOf(template, DISTRIBUTION).DistributionConfig);
    const [certificateId] = Object.keys(template.findResources('AWS::CertificateManager::Certificate'));
    expect(config).toMatchObject({
      Aliases: ['edge.api.example.com'],
      Enabled: true,
      HttpVersion: 'http2and3',
      IPV6Enabled: true,
      PriceClass: 'PriceClass_100',
      ViewerCertificate: {
        AcmCertificateArn: { Ref: certificateId },
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
    });
    expect(config).not.toHaveProperty('Logging');
  });

  test('has a certificate that the zone proves', () => {
    expect(onlyOf(edgeTemplate(), 'AWS::CertificateManager::Certificate')).toMatchObject({
      DomainName: 'edge.api.example.com',
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: 'edge.api.example.com', HostedZoneId: 'Z0EXAMPLE' }],
    });
  });

  test.each([
    ['one Region', ['eu-west-1']],
    ['two Regions', ['eu-west-1', 'eu-central-1']],
    ['three Regions', ['eu-west-1', 'eu-central-1', 'eu-west-3']],
  ] as const)('asks the global name of %s and nothing else, over TLS 1.2', (_, [primary, ...others]) => {
    const { Origins, OriginGroups } = configOf({}, { regions: [primary, ...others] });
    expect(OriginGroups).toBeUndefined();
    expect(Origins).toHaveLength(1);
    expect(Origins[0]).toMatchObject({
      DomainName: 'api.example.com',
      ConnectionAttempts: 2,
      ConnectionTimeout: 3,
      CustomOriginConfig: {
        OriginProtocolPolicy: 'https-only',
        OriginSSLProtocols: ['TLSv1.2'],
        OriginReadTimeout: 30,
        OriginKeepaliveTimeout: 5,
      },
    });
  });

  test('passes every method and header on but the host, and keeps no answer', () => {
    const { DefaultCacheBehavior, CacheBehaviors } = configOf();
    expect(CacheBehaviors).toBeUndefined();
    expect(DefaultCacheBehavior).toMatchObject({
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
      // Managed by AWS: CachingDisabled and AllViewerExceptHostHeader.
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      ViewerProtocolPolicy: 'https-only',
      Compress: false,
    });
  });

  test('keeps no error either, which CloudFront does for ten seconds by itself', () => {
    const { CustomErrorResponses } = configOf();
    expect(CustomErrorResponses).toEqual(
      [400, 403, 404, 405, 414, 500, 501, 502, 503, 504].map((ErrorCode) => ({
        ErrorCode,
        ErrorCachingMinTTL: 0,
      })),
    );
  });

  test.each(['a', 'b'] as const)('sends the secret of slot %s, by its name', (originSecret) => {
    const { Origins } = configOf({ edge: { originSecret } });
    expect(Origins[0].OriginCustomHeaders).toEqual([
      {
        HeaderName: 'x-origin-verify',
        HeaderValue: `{{resolve:secretsmanager:shop-main/origin-secret-${originSecret}:SecretString}}`,
      },
    ]);
  });

  test('is made after both secrets, which no reference tells of', () => {
    const template = edgeTemplate();
    const [distribution] = Object.values(template.findResources(DISTRIBUTION));
    const secrets = Object.keys(template.findResources('AWS::SecretsManager::Secret'));
    expect(distribution?.DependsOn).toEqual(expect.arrayContaining(secrets));
  });

  test.each([true, false])(
    'sends the secret whether the Regions ask for it or not (enforced: %s)',
    (enforced) => {
      expect(configOf({ edge: { enforced } })).toEqual(configOf());
    },
  );
});

describe('EdgeResponseHeaders', () => {
  test('gives every answer the security headers of the API, and leaves CORS to it', () => {
    const template = edgeTemplate();
    const { ResponseHeadersPolicyConfig: config } = onlyOf(
      template,
      'AWS::CloudFront::ResponseHeadersPolicy',
    );
    expect(config).toEqual({
      Name: 'shop-main-edge',
      SecurityHeadersConfig: {
        ContentSecurityPolicy: {
          ContentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
          Override: true,
        },
        ContentTypeOptions: { Override: true },
        ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
        StrictTransportSecurity: {
          AccessControlMaxAgeSec: 63_072_000,
          IncludeSubdomains: true,
          Override: true,
        },
      },
    });
    const [id] = Object.keys(template.findResources('AWS::CloudFront::ResponseHeadersPolicy'));
    expect(configOf().DefaultCacheBehavior.ResponseHeadersPolicyId).toEqual({ Ref: id });
  });
});

describe('EdgeRecords', () => {
  test('lead to the distribution over IPv4 and IPv6, and touch no other name', () => {
    const template = edgeTemplate();
    const [distributionId] = Object.keys(template.findResources(DISTRIBUTION));
    const records = Object.values(template.findResources('AWS::Route53::RecordSet')).map(
      ({ Properties }) => Properties,
    );
    expect(records.map(({ Name, Type, HostedZoneId }) => [Name, Type, HostedZoneId])).toEqual([
      ['edge.api.example.com.', 'A', 'Z0EXAMPLE'],
      ['edge.api.example.com.', 'AAAA', 'Z0EXAMPLE'],
    ]);
    for (const { AliasTarget, Failover, HealthCheckId } of records) {
      // The zone is that of every distribution. Its health cannot be evaluated, and no check decides on the name.
      expect(AliasTarget).toEqual({
        DNSName: { 'Fn::GetAtt': [distributionId, 'DomainName'] },
        HostedZoneId: 'Z2FDTNDATAQYW2',
      });
      expect([Failover, HealthCheckId]).toEqual([undefined, undefined]);
    }
  });
});
