import type { IDomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import { Failover, type IHealthCheck, type IHostedZone, RecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { addressTypes, apiAlias } from './api-alias.ts';

/** What a {@link GlobalRecords} is made of. */
export interface GlobalRecordsProps {
  readonly zone: IHostedZone;
  readonly globalName: string;
  /** The Region that the records lead to. */
  readonly region: string;
  /** Whether it is the one to be in service while several are healthy. For policy 'failover'. */
  readonly isPrimary: boolean;
  /** What answers the global name in that Region. */
  readonly target: IDomainName;
  /** Decides whether the records are answered with. */
  readonly healthCheck: IHealthCheck;
  readonly policy: 'failover' | 'latency' | 'weighted';
  /** Share of the Region, 0..255. For policy 'weighted'. @default 1 */
  readonly weight?: number | undefined;
  /** Whether the target is reached over IPv6, too. */
  readonly dualStack: boolean;
}

/**
 * One Region's share of the global name: a record set of that name for each address type, beside those of the
 * other Regions, which are theirs to make. Each has the health check, of which none is without: a record that
 * is never unhealthy would be answered with while its Region is down.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html
 */
export class GlobalRecords extends Construct {
  constructor(scope: Construct, id: string, props: GlobalRecordsProps) {
    super(scope, id);
    for (const recordType of addressTypes(props.dualStack)) {
      new RecordSet(this, recordType, {
        zone: props.zone,
        recordName: props.globalName,
        recordType,
        target: apiAlias(props.target, props.policy === 'failover'),
        setIdentifier: props.region,
        healthCheck: props.healthCheck,
        ...routingOf(props),
      });
    }
  }
}

/** What tells the Region's records from its peers': Route 53 takes exactly one of these. */
function routingOf({ policy, region, isPrimary, weight = 1 }: GlobalRecordsProps) {
  switch (policy) {
    case 'failover':
      return { failover: isPrimary ? Failover.PRIMARY : Failover.SECONDARY };
    case 'latency':
      return { region };
    case 'weighted':
      return { weight };
  }
}
