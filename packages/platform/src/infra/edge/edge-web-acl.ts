import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { refusalBodies } from './refusal-bodies.ts';
import { bodyInspectionLimitBytes, webAclRules } from './web-acl-rules.ts';

/** What an {@link EdgeWebAcl} is made of. */
export interface EdgeWebAclProps {
  /** Letters, digits, dashes; also the beginning of its metrics' names. */
  readonly name: string;
  /** `count` refuses nothing and tells in metrics what `block` would have refused. */
  readonly mode: 'count' | 'block';
  /** Requests of one address in any five minutes. */
  readonly rateLimitPerFiveMinutes: number;
  /** Bytes that the API accepts as a body. */
  readonly bodyLimitBytes: number;
}

/** Bytes that AWS WAF inspects of a body without being asked, which costs nothing. */
const DEFAULT_INSPECTION_BYTES = 16_384;

/**
 * AWS WAF in front of CloudFront. What no rule refuses is let through.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-wafv2-webacl.html
 */
export class EdgeWebAcl extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: EdgeWebAclProps) {
    super(scope, id);
    const { name, mode, bodyLimitBytes } = props;
    const inspectedBytes = bodyInspectionLimitBytes(bodyLimitBytes);
    const acl = new CfnWebACL(this, 'Acl', {
      name,
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: {
        metricName: name,
        cloudWatchMetricsEnabled: true,
        sampledRequestsEnabled: true,
      },
      ...(mode === 'block' && { customResponseBodies: refusalBodies(props) }),
      ...(inspectedBytes > DEFAULT_INSPECTION_BYTES && {
        associationConfig: {
          requestBody: {
            CLOUDFRONT: { defaultSizeInspectionLimit: `KB_${inspectedBytes / 1024}` },
          },
        },
      }),
      rules: webAclRules(props),
    });
    this.arn = acl.attrArn;
  }
}
