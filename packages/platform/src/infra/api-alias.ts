import type { IDomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import { RecordTarget, RecordType } from 'aws-cdk-lib/aws-route53';

/**
 * Target of a record that leads to an API's domain name. Whether API Gateway itself is there is evaluated only
 * where Route 53 asks for it, in failover records. It sees neither the functions nor the table, and where there
 * is a health check as well, both have to be good: it would add a cause of failure, and find none that the
 * check does not.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html on `Failover`
 */
export function apiAlias(domainName: IDomainName, evaluateTargetHealth: boolean): RecordTarget {
  return RecordTarget.fromAlias({
    bind: () => ({
      dnsName: domainName.regionalDomainName,
      hostedZoneId: domainName.regionalHostedZoneId,
      evaluateTargetHealth,
    }),
  });
}

/** Types of the records that lead to an API. AAAA only where its domain name is dual-stack: it has no address else. */
export function addressTypes(dualStack: boolean): readonly RecordType[] {
  return dualStack ? [RecordType.A, RecordType.AAAA] : [RecordType.A];
}
