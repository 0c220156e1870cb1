import { Stack } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { edgeName, globalName } from '../../topology/names.ts';
import type { Site } from '../../topology/resolve-stage.ts';
import { tagSite } from '../site-tags.ts';
import { EdgeDistribution } from './edge-distribution.ts';
import { EdgeRecords } from './edge-records.ts';
import { EdgeResponseHeaders } from './edge-response-headers.ts';
import { EdgeWebAcl } from './edge-web-acl.ts';
import { OriginSecrets, originSecretValue } from './origin-secrets.ts';
import type { EdgeProblem } from './refusal-bodies.ts';

/** Where CloudFront takes certificates and web ACLs from. */
const EDGE_REGION = 'us-east-1';

/** What an {@link EdgeStack} is made of. */
export interface EdgeStackProps {
  readonly site: Site;
  /** The zone that has the stage's names. */
  readonly zone: { readonly zoneName: string; readonly hostedZoneId: string };
  /** What the API calls a body that is too large. */
  readonly bodyTooLarge: EdgeProblem;
}

/**
 * The edge of a stage: a stack of its own in us-east-1, as CloudFront's certificates and web ACLs are nowhere else. It
 * refers to no other stack and none to it: names are computed on both sides.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
 */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, { site, zone: attributes, bodyTooLarge }: EdgeStackProps) {
    const { project, stage, settings } = site;
    const stackName = `${project}-${stage}-edge`;
    super(scope, id, {
      stackName,
      // Without an account: it is that of whoever deploys, as for the backend's stack.
      env: { region: EDGE_REGION },
      description: `CloudFront in front of the Regions of ${project}-${stage}`,
    });
    const name = edgeName(attributes.zoneName);
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', attributes);
    const secrets = new OriginSecrets(this, 'OriginSecrets', { site, edgeRegion: EDGE_REGION });
    const { mode, ...limits } = webAclSettings(site);
    const webAcl =
      mode === 'off'
        ? undefined
        : new EdgeWebAcl(this, 'WebAcl', { name: stackName, mode, bodyTooLarge, ...limits });
    const { distribution } = new EdgeDistribution(this, 'Edge', {
      edgeName: name,
      certificate: new Certificate(this, 'Certificate', {
        domainName: name,
        validation: CertificateValidation.fromDns(zone),
      }),
      originName: globalName(attributes.zoneName),
      // Resolved by CloudFormation: what stands in the template is the name of the secret.
      originSecret: originSecretValue(site, settings.edge.originSecret).unsafeUnwrap(),
      responseHeaders: new EdgeResponseHeaders(this, 'Headers', { policyName: stackName }).policy,
      webAclArn: webAcl?.arn,
      comment: stackName,
    });
    // A secret is read by its name, which no reference tells of: CloudFormation would not wait for it.
    distribution.node.addDependency(secrets);
    new EdgeRecords(this, 'Records', { zone, edgeName: name, distribution });
    tagSite(this, { ...site, region: EDGE_REGION });
  }
}

function webAclSettings({ settings: { edge, http } }: Site) {
  return {
    mode: edge.waf,
    rateLimitPerFiveMinutes: edge.rateLimitPerFiveMinutes,
    bodyLimitBytes: http.bodyLimitBytes,
  };
}
