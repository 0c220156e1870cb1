import type { IDistribution } from 'aws-cdk-lib/aws-cloudfront';
import { type IHostedZone, RecordSet, RecordTarget, RecordType } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';

/** What {@link EdgeRecords} are made of. */
export interface EdgeRecordsProps {
  readonly zone: IHostedZone;
  readonly edgeName: string;
  readonly distribution: IDistribution;
}

/**
 * The name of the edge, over IPv4 and IPv6. Its records lead to CloudFront whatever the Regions' health: it is the name
 * of the origin that fails over.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-cloudfront-distribution.html
 */
export class EdgeRecords extends Construct {
  constructor(scope: Construct, id: string, { zone, edgeName, distribution }: EdgeRecordsProps) {
    super(scope, id);
    // The zone of every distribution: a constant, where CDK's own target would look it up in a map of partitions.
    const target = RecordTarget.fromAlias({
      bind: () => ({
        dnsName: distribution.distributionDomainName,
        hostedZoneId: CloudFrontTarget.CLOUDFRONT_ZONE_ID,
      }),
    });
    for (const recordType of [RecordType.A, RecordType.AAAA]) {
      new RecordSet(this, recordType, { zone, recordName: edgeName, recordType, target });
    }
  }
}
