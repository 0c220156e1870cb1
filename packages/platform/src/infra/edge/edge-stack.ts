import { Stack } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { zoneOf } from '../../topology/backend-features.ts';
import { edgeName, edgeStackName, globalName } from '../../topology/names.ts';
import type { BackendContext } from '../../topology/resolve-stage.ts';
import { tagBackend } from '../backend-context.ts';
import { appOf } from '../root-stacks.ts';
import { EdgeDistribution } from './edge-distribution.ts';
import { EdgeRecords } from './edge-records.ts';
import { EdgeResponseHeaders } from './edge-response-headers.ts';
import { EdgeWebAcl } from './edge-web-acl.ts';
import { OriginSecrets, originSecretValue } from './origin-secrets.ts';

/** Where CloudFront takes certificates and web ACLs from. */
const EDGE_REGION = 'us-east-1';

/**
 * Puts the edge beside the primary's backend, as a root stack. A secondary has none, as a stage has one, and so has a stage without names of its own, or whose zone is still to be made.
 *
 * The backend is deployed after it. The other way round, a stack of the edge that fails would leave a Region that takes
 * requests of an edge only which is not there:
 *
 *     edge    fails ............ the backend is as it was, and answers
 *     backend enforces .. edge fails .. there is no secret by which it could let anybody in
 */
export function addEdge(backend: Stack, context: BackendContext): EdgeStack | undefined {
  const zone = zoneOf(context);
  if (!context.settings.edge.cloudFront || context.role !== 'primary' || zone === undefined) return undefined;
  const edge = new EdgeStack(appOf(backend), 'Edge', { context, zone });
  backend.addStackDependency(edge, 'It lets in only what the edge sends.');
  return edge;
}

/** What an {@link EdgeStack} is made of. */
interface EdgeStackProps {
  readonly context: BackendContext;
  /** The zone that has the stage's names. */
  readonly zone: { readonly zoneName: string; readonly hostedZoneId: string };
}

/**
 * The edge of a stage: a stack of its own in us-east-1, as CloudFront's certificates and web ACLs are nowhere else. It
 * refers to no other stack and none to it: names are computed on both sides.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
 */
class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, { context, zone: attributes }: EdgeStackProps) {
    const { project, stage, settings } = context;
    const stackName = edgeStackName(project, stage);
    super(scope, id, {
      stackName,
      // Without an account: it is that of whoever deploys, as for the backend's stack.
      env: { region: EDGE_REGION },
      description: `CloudFront in front of the Regions of ${project}-${stage}`,
    });
    const name = edgeName(attributes.zoneName);
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', attributes);
    const secrets = new OriginSecrets(this, 'OriginSecrets', { context, edgeRegion: EDGE_REGION });
    const { mode, ...limits } = webAclSettings(context);
    const webAcl =
      mode === 'off' ? undefined : new EdgeWebAcl(this, 'WebAcl', { name: stackName, mode, ...limits });
    const { distribution } = new EdgeDistribution(this, 'Edge', {
      edgeName: name,
      certificate: new Certificate(this, 'Certificate', {
        domainName: name,
        validation: CertificateValidation.fromDns(zone),
      }),
      originName: globalName(attributes.zoneName),
      // Resolved by CloudFormation: what stands in the template is the name of the secret.
      originSecret: originSecretValue(context, settings.edge.originSecret).unsafeUnwrap(),
      responseHeaders: new EdgeResponseHeaders(this, 'Headers', { policyName: stackName }).policy,
      webAclArn: webAcl?.arn,
      comment: stackName,
    });
    // A secret is read by its name, which no reference tells of: CloudFormation would not wait for it.
    distribution.node.addDependency(secrets);
    new EdgeRecords(this, 'Records', { zone, edgeName: name, distribution });
    tagBackend(this, { ...context, region: EDGE_REGION });
  }
}

function webAclSettings({ settings: { edge, http } }: BackendContext) {
  return {
    mode: edge.waf,
    rateLimitPerFiveMinutes: edge.rateLimitPerFiveMinutes,
    bodyLimitBytes: http.bodyLimitBytes,
  };
}
