import { Duration } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  PriceClass,
  type ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  SSLMethod,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Construct } from 'constructs';
import { originVerifyHeader } from '../../contract/headers.ts';

/**
 * Statuses that CloudFront keeps for ten seconds by itself, whatever its cache policy says.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
 */
const STATUSES_KEPT = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504];

/** What an {@link EdgeDistribution} is made of. */
export interface EdgeDistributionProps {
  /** The name under which CloudFront answers. */
  readonly edgeName: string;
  /** For {@link edgeName}, in us-east-1. */
  readonly certificate: ICertificate;
  /** The one origin: the name that leads to whichever Region is in service. */
  readonly originName: string;
  /** What the Regions know the edge by, as CloudFormation resolves it. */
  readonly originSecret: string;
  readonly responseHeaders: ResponseHeadersPolicy;
  /** ARN of the web ACL in front of it. @default - none */
  readonly webAclArn?: string | undefined;
  readonly comment: string;
}

/**
 * CloudFront in front of the global name. It has one origin, and that is a name which fails over: an origin group would
 * fail reads over and no writes. It keeps no answer, as what a session reads must not be older than what it has seen.
 *
 * The `Host` of a viewer is not passed on: an API answers to its own names only.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
 */
export class EdgeDistribution extends Construct {
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, props: EdgeDistributionProps) {
    super(scope, id);
    this.distribution = new Distribution(this, 'Distribution', {
      comment: props.comment,
      domainNames: [props.edgeName],
      certificate: props.certificate,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      sslSupportMethod: SSLMethod.SNI,
      httpVersion: HttpVersion.HTTP2_AND_3,
      enableIpv6: true,
      priceClass: PriceClass.PRICE_CLASS_100,
      ...(props.webAclArn !== undefined && { webAclId: props.webAclArn }),
      // An item that was not there a moment ago may be there now, and a Region that failed may have been left.
      errorResponses: STATUSES_KEPT.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
      defaultBehavior: {
        origin: this.originAt(props),
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        allowedMethods: AllowedMethods.ALLOW_ALL,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        responseHeadersPolicy: props.responseHeaders,
        compress: false,
      },
    });
  }

  private originAt({ originName, originSecret }: EdgeDistributionProps): HttpOrigin {
    return new HttpOrigin(originName, {
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [OriginSslPolicy.TLS_V1_2],
      // It proves to a Region that a request came through here; a viewer's header of that name is replaced.
      customHeaders: { [originVerifyHeader]: originSecret },
      // By default three attempts of ten seconds: a Region that takes no connection would hold a request for half a minute.
      connectionAttempts: 2,
      connectionTimeout: Duration.seconds(3),
      // As long as API Gateway may take for an answer.
      readTimeout: Duration.seconds(30),
      // A connection stays with its Region after the name has moved on, so that an idle one goes soon.
      keepaliveTimeout: Duration.seconds(5),
    });
  }
}
