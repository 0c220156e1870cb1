import {
  ApiMapping,
  DomainName,
  EndpointType,
  type HttpApi,
  type HttpStage,
  type IDomainName,
  IpAddressType,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { type IHostedZone, RecordSet, RecordTarget, RecordType } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';

/** What a {@link RegionalDomain} is made of. */
export interface RegionalDomainProps {
  readonly zone: IHostedZone;
  /** The name that all Regions serve. At most 64 characters, as it is the certificate's first. */
  readonly globalName: string;
  /** The name that this Region alone serves. */
  readonly regionalName: string;
  readonly api: HttpApi;
  readonly stage: HttpStage;
  /** Whether the names are reached over IPv6, too. */
  readonly dualStack: boolean;
}

/**
 * The names under which one Region's API is reached, and the certificate for both. Each Region has a domain name
 * of its own for the global name: API Gateway tells Regions apart, and so does the certificate.
 *
 * The Regional name leads to this Region whatever its health, as it is what health checks ask.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/dns-failover.html
 */
export class RegionalDomain extends Construct {
  /** What answers the global name in this Region. */
  readonly globalDomain: IDomainName;

  constructor(scope: Construct, id: string, props: RegionalDomainProps) {
    super(scope, id);
    const certificate = new Certificate(this, 'Certificate', {
      domainName: props.globalName,
      subjectAlternativeNames: [props.regionalName],
      // All Regions' certificates for a name are proven by the same record, which ACM puts as if it were new.
      validation: CertificateValidation.fromDns(props.zone),
    });
    const regional = this.addDomain('Regional', props.regionalName, { certificate, ...props });
    const global = this.addDomain('Global', props.globalName, { certificate, ...props });
    // API Gateway makes one domain name in 30 s for an account: side by side one of them would be refused.
    global.node.addDependency(regional);
    this.globalDomain = global;

    for (const recordType of addressTypes(props.dualStack)) {
      new RecordSet(this, `Regional${recordType}`, {
        zone: props.zone,
        recordName: props.regionalName,
        recordType,
        target: apiAlias(regional, false),
      });
    }
  }

  private addDomain(
    id: string,
    domainName: string,
    { api, stage, certificate, dualStack }: RegionalDomainProps & { readonly certificate: Certificate },
  ): DomainName {
    const domain = new DomainName(this, id, {
      domainName,
      certificate,
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
      ipAddressType: dualStack ? IpAddressType.DUAL_STACK : IpAddressType.IPV4,
    });
    new ApiMapping(this, `${id}Mapping`, { api, stage, domainName: domain });
    return domain;
  }
}

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
