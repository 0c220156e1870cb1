import {
  arn,
  generatedId,
  generatedUuid,
  type ResourceIdentity,
  type ResourceValues,
} from './resource-identity.ts';

/**
 * The hosted zones in which API Gateway keeps its own names. A record must name them, and nothing here looks there.
 * https://docs.aws.amazon.com/general/latest/gr/apigateway.html
 */
const API_GATEWAY_ZONES: Readonly<Record<string, string>> = {
  'af-south-1': 'Z2DHW2332DAMTN',
  'ap-east-1': 'Z3FD1VL90ND7K5',
  'ap-northeast-1': 'Z1YSHQZHG15GKL',
  'ap-northeast-2': 'Z20JF4UZKIW1U8',
  'ap-northeast-3': 'Z2YQB5RD63NC85',
  'ap-south-1': 'Z3VO1THU9YC4UR',
  'ap-southeast-1': 'ZL327KTPIQFUL',
  'ap-southeast-2': 'Z2RPCDW04V8134',
  'ca-central-1': 'Z19DQILCV0OWEC',
  'eu-central-1': 'Z1U9ULNL0V5AJ3',
  'eu-north-1': 'Z3UWIKFBOOGXPP',
  'eu-south-1': 'Z3BT4WSQ9TDYZV',
  'eu-south-2': 'Z02499852UI5HEQ5JVWX3',
  'eu-west-1': 'ZLY8HYME6SFDD',
  'eu-west-2': 'ZJ5UAJN8Y3Z2Q',
  'eu-west-3': 'Z3KY65QIEKYHQQ',
  'me-central-1': 'Z08780021BKYYY8U0YHTV',
  'me-south-1': 'Z20ZBPC0SS8806',
  'sa-east-1': 'ZCMLWB8V5SYIT',
  'us-east-1': 'Z1UJRXOUMOOFQ8',
  'us-east-2': 'ZOJJZC49E0EPZ',
  'us-west-1': 'Z2MUQ32089INYE',
  'us-west-2': 'Z2OJLYMUO9EFXC',
};

const NAME_SERVER_SUFFIXES = ['com', 'net', 'org', 'co.uk'];

const domainName = ({ property }: ResourceIdentity): string => String(property('DomainName'));
const mappingId = (resource: ResourceIdentity): string => generatedId(resource, 6);
const zoneId = (resource: ResourceIdentity): string => `Z${generatedId(resource, 20).toUpperCase()}`;
const certificateArn = (resource: ResourceIdentity): string =>
  arn(resource, 'acm', `certificate/${generatedUuid(resource)}`);

/** Return values of what names and addresses are made of: custom domains, certificates, Route 53. */
export const DOMAIN_VALUES: Readonly<Record<string, ResourceValues>> = {
  'AWS::ApiGatewayV2::DomainName': {
    Ref: domainName,
    DomainNameArn: (resource) =>
      `arn:aws:apigateway:${resource.region}::/domainnames/${domainName(resource)}`,
    RegionalDomainName: (resource) =>
      `d-${generatedId(resource, 10)}.execute-api.${resource.region}.amazonaws.com`,
    RegionalHostedZoneId: (resource) =>
      API_GATEWAY_ZONES[resource.region] ?? `Z${generatedId(resource, 13).toUpperCase()}`,
  },
  'AWS::ApiGatewayV2::ApiMapping': { Ref: mappingId, ApiMappingId: mappingId },
  'AWS::CertificateManager::Certificate': { Ref: certificateArn, CertificateArn: certificateArn },
  'AWS::Route53::HealthCheck': { Ref: generatedUuid, HealthCheckId: generatedUuid },
  'AWS::Route53::HostedZone': { Ref: zoneId, Id: zoneId, NameServers: nameServers },
  'AWS::Route53::RecordSet': { Ref: ({ property }) => String(property('Name')) },
};

/** Four names of the form that Route 53 gives, one in each of its top-level domains. */
function nameServers(resource: ResourceIdentity): string[] {
  const seed = Number.parseInt(generatedUuid(resource).slice(0, 8), 16);
  return NAME_SERVER_SUFFIXES.map((suffix, index) => {
    const number = (seed >>> (index * 5)) % 512;
    return `ns-${number + index * 512}.awsdns-${String(number % 64).padStart(2, '0')}.${suffix}`;
  });
}
