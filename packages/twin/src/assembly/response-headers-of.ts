import { z } from 'zod';
import type { ResponseHeadersDefinition } from '../edge/distribution-definition.ts';
import { isRecord } from '../json-value.ts';
import { cfnBoolean, cfnNumber, type DeployedResource, refOf } from './deployed-resource.ts';
import { isSwitchedOn, type NotEmulatedList } from './resolved-region.ts';

/** The resource type that says what CloudFront does to the headers of an answer. */
export const RESPONSE_HEADERS_TYPE = 'AWS::CloudFront::ResponseHeadersPolicy';

const Override = cfnBoolean;
const configSchema = z.object({
  SecurityHeadersConfig: z
    .object({
      ContentSecurityPolicy: z.object({ ContentSecurityPolicy: z.string(), Override }).optional(),
      ContentTypeOptions: z.object({ Override }).optional(),
      FrameOptions: z.object({ FrameOption: z.string(), Override }).optional(),
      ReferrerPolicy: z.object({ ReferrerPolicy: z.string(), Override }).optional(),
      StrictTransportSecurity: z
        .object({
          AccessControlMaxAgeSec: cfnNumber,
          IncludeSubdomains: cfnBoolean.default(false),
          Preload: cfnBoolean.default(false),
          Override,
        })
        .optional(),
      XSSProtection: z
        .object({
          Protection: cfnBoolean,
          ModeBlock: cfnBoolean.default(false),
          ReportUri: z.string().optional(),
          Override,
        })
        .optional(),
    })
    .default({}),
  CustomHeadersConfig: z
    .object({ Items: z.array(z.object({ Header: z.string(), Value: z.string(), Override })) })
    .default({ Items: [] }),
  RemoveHeadersConfig: z.object({ Items: z.array(z.object({ Header: z.string() })) }).default({ Items: [] }),
});

type SecurityHeaders = z.infer<typeof configSchema>['SecurityHeadersConfig'];
type SetHeader = ResponseHeadersDefinition['set'][number];

/** What a distribution without a policy does. */
export const NO_RESPONSE_HEADERS: ResponseHeadersDefinition = { set: [], remove: [] };

/**
 * What the response headers policy of an id does, or nothing where the templates have none that can be read. CORS and
 * server timing are named in `notEmulated`.
 */
export function responseHeadersOf(
  resources: readonly DeployedResource[],
  { policyId, notEmulated }: { policyId: string; notEmulated: NotEmulatedList },
): ResponseHeadersDefinition | undefined {
  const policy = resources.find((each) => each.Type === RESPONSE_HEADERS_TYPE && refOf(each) === policyId);
  const config = policy?.scope.property(policy.logicalId, 'ResponseHeadersPolicyConfig');
  const parsed = configSchema.safeParse(config);
  if (policy === undefined || !isRecord(config) || !parsed.success) return undefined;
  for (const name of ['CorsConfig', 'ServerTimingHeadersConfig'])
    if (isSwitchedOn(config[name])) notEmulated.add(`${RESPONSE_HEADERS_TYPE} ${name}`, policy.logicalId);
  const { SecurityHeadersConfig, CustomHeadersConfig, RemoveHeadersConfig } = parsed.data;
  return {
    set: [
      ...securityHeaders(SecurityHeadersConfig),
      ...CustomHeadersConfig.Items.map(({ Header, Value, Override: override }) => ({
        name: Header.toLowerCase(),
        value: Value,
        override,
      })),
    ],
    remove: RemoveHeadersConfig.Items.map(({ Header }) => Header.toLowerCase()),
  };
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html */
function securityHeaders(config: SecurityHeaders): SetHeader[] {
  const {
    ContentSecurityPolicy: csp,
    FrameOptions: frame,
    ReferrerPolicy: referrer,
    XSSProtection: xss,
  } = config;
  const { ContentTypeOptions: type, StrictTransportSecurity: hsts } = config;
  const header = (name: string, value: string, { Override: override }: { Override: boolean }): SetHeader => ({
    name,
    value,
    override,
  });
  return [
    ...(csp ? [header('content-security-policy', csp.ContentSecurityPolicy, csp)] : []),
    ...(type ? [header('x-content-type-options', 'nosniff', type)] : []),
    ...(frame ? [header('x-frame-options', frame.FrameOption, frame)] : []),
    ...(referrer ? [header('referrer-policy', referrer.ReferrerPolicy, referrer)] : []),
    ...(hsts ? [header('strict-transport-security', strictTransport(hsts), hsts)] : []),
    ...(xss ? [header('x-xss-protection', xssProtection(xss), xss)] : []),
  ];
}

function strictTransport({
  AccessControlMaxAgeSec,
  IncludeSubdomains,
  Preload,
}: NonNullable<SecurityHeaders['StrictTransportSecurity']>): string {
  const parts = [`max-age=${AccessControlMaxAgeSec}`];
  if (IncludeSubdomains) parts.push('includeSubDomains');
  if (Preload) parts.push('preload');
  return parts.join('; ');
}

function xssProtection({
  Protection,
  ModeBlock,
  ReportUri,
}: NonNullable<SecurityHeaders['XSSProtection']>): string {
  if (!Protection) return '0';
  const report = ReportUri === undefined ? '' : `; report=${ReportUri}`;
  return `1${ModeBlock ? '; mode=block' : ''}${report}`;
}
