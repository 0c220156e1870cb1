import { Fn, RemovalPolicy } from 'aws-cdk-lib';
import type { IDomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Failover,
  HostedZone,
  type IHealthCheck,
  type IHostedZone,
  PublicHostedZone,
  RecordSet,
  RecordTarget,
} from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { zoneOf } from '../topology/backend-features.ts';
import { globalName, policyName, regionalName } from '../topology/names.ts';
import type { BackendContext } from '../topology/resolve-stage.ts';
import { RegionHealth } from './region-health.ts';
import type { RegionalApi } from './regional-api.ts';
import { addressTypes, apiAlias, RegionalDomain } from './regional-domain.ts';

/** What a {@link BackendDomain} is made of. */
export interface BackendDomainProps {
  readonly context: BackendContext;
  readonly api: RegionalApi;
}

/**
 * Everything that DNS has to do with one Region: its names, its health and its share of the global name. A
 * Region knows the others' names, which are computed, and asks no other stack.
 *
 * Where the zone is still to be made, the primary makes it and no Region anything else: a certificate waits for
 * a record that the world can see, and a deployment with it, until the zone is delegated to.
 */
export class BackendDomain extends Construct {
  /** The zone that was made here; it has to be put into the topology. */
  readonly newZone: StageZone | undefined;
  /** Whether this Region should be in service; undefined where it has no names yet. */
  readonly healthCheck: IHealthCheck | undefined;

  constructor(scope: Construct, id: string, { context, api }: BackendDomainProps) {
    super(scope, id);
    const zone = zoneOf(context);
    if (zone) {
      this.healthCheck = this.addNames(HostedZone.fromHostedZoneAttributes(this, 'Zone', zone), context, api);
    } else if (context.domain && context.role === 'primary') {
      this.newZone = new StageZone(this, 'NewZone', { zoneName: context.domain.zoneName });
    }
  }

  private addNames(zone: IHostedZone, context: BackendContext, regionalApi: RegionalApi): IHealthCheck {
    const { region, settings } = context;
    const { api, stage, probePath } = regionalApi;
    const { policy, weights, dualStack, healthCheck } = settings.routing;
    const nameIn = (inRegion: string) => regionalName(zone.zoneName, inRegion);

    const domain = new RegionalDomain(this, 'Domain', {
      zone,
      globalName: globalName(zone.zoneName),
      regionalName: nameIn(region),
      api,
      stage,
      dualStack,
    });
    const health = new RegionHealth(this, 'Health', {
      name: context.apiName,
      region,
      regionalName: nameIn(region),
      probePath,
      peers: context.regions
        .filter((peer) => peer !== region)
        .map((peer) => ({ region: peer, regionalName: nameIn(peer) })),
      ...healthCheck,
    });
    const records = new GlobalRecords(this, 'Global', {
      zone,
      recordName: policyName(zone.zoneName, policy),
      region,
      isPrimary: context.role === 'primary',
      target: domain.globalDomain,
      healthCheck: health.healthCheck,
      policy,
      weight: weights[region],
      dualStack,
    });
    // Nobody is led to, or asks for the health of, a name that has no API behind it yet.
    health.node.addDependency(domain);
    records.node.addDependency(domain);
    if (context.role === 'primary') {
      const target = policyName(zone.zoneName, policy);
      const names = { globalName: globalName(zone.zoneName), target };
      // Route 53 takes no alias of a name that has no records: where the policy changes, its own are made first.
      new GlobalAlias(this, 'Alias', { zone, dualStack, ...names }).node.addDependency(records);
    }
    return health.healthCheck;
  }
}

/**
 * The hosted zone of a stage that has none yet, made once by one Region. It is kept when its stack goes, and
 * when its id stands in the topology and this construct is gone: a new zone of that name has other name
 * servers, so that the registrar's delegation would lead nowhere.
 */
class StageZone extends Construct {
  readonly hostedZoneId: string;
  /** Names to delegate the domain to, at the registrar or in the parent zone, joined by `, `. */
  readonly nameServers: string;

  constructor(scope: Construct, id: string, { zoneName }: { readonly zoneName: string }) {
    super(scope, id);
    const zone = new PublicHostedZone(this, 'Zone', { zoneName });
    zone.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.hostedZoneId = zone.hostedZoneId;
    this.nameServers = Fn.join(', ', zone.hostedZoneNameServers ?? []);
  }
}

/** What a {@link GlobalRecords} is made of. */
interface GlobalRecordsProps {
  readonly zone: IHostedZone;
  /** That of the policy. */
  readonly recordName: string;
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
 * One Region's share of the global name: a record set of its policy's name for each address type, beside those of the
 * other Regions, which are theirs to make. Each has the health check, of which none is without: a record that
 * is never unhealthy would be answered with while its Region is down.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html
 */
class GlobalRecords extends Construct {
  constructor(scope: Construct, id: string, props: GlobalRecordsProps) {
    super(scope, id);
    for (const recordType of addressTypes(props.dualStack)) {
      new RecordSet(this, recordType, {
        zone: props.zone,
        recordName: props.recordName,
        recordType,
        target: apiAlias(props.target, props.policy === 'failover'),
        setIdentifier: props.region,
        healthCheck: props.healthCheck,
        ...routingOf(props),
      });
    }
  }
}

/** What a {@link GlobalAlias} is made of. */
interface GlobalAliasProps {
  readonly zone: IHostedZone;
  readonly globalName: string;
  /** The name of the policy that is in use. */
  readonly target: string;
  readonly dualStack: boolean;
}

/**
 * The global name: an alias of the record sets of the policy that is in use, which the primary has. So the policy is changed
 * by one record in one stack; the sets of two policies never share a name.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
 */
class GlobalAlias extends Construct {
  constructor(scope: Construct, id: string, { zone, globalName, target, dualStack }: GlobalAliasProps) {
    super(scope, id);
    for (const recordType of addressTypes(dualStack)) {
      new RecordSet(this, recordType, {
        zone,
        recordName: globalName,
        recordType,
        target: RecordTarget.fromAlias({
          bind: () => ({ dnsName: target, hostedZoneId: zone.hostedZoneId, evaluateTargetHealth: true }),
        }),
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
