import { Duration, Tags } from 'aws-cdk-lib';
import { HealthCheck, HealthCheckType, type IHealthCheck } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';

/** What a {@link RegionHealth} is made of. */
export interface RegionHealthProps {
  /** Name of the Region's health; those of its parts begin with it. */
  readonly name: string;
  /** The Region that is judged. */
  readonly region: string;
  /** Name that leads to that Region only. Never the one whose records the health decides on. */
  readonly regionalName: string;
  /** Path that the Region answers by its health. */
  readonly probePath: string;
  /** The stage's other Regions, each with the name that leads to it only. */
  readonly peers: readonly { readonly region: string; readonly regionalName: string }[];
  /** Seconds between two requests of one checker. */
  readonly intervalSeconds: 10 | 30;
  /** Answers in a row after which a checker changes its mind, 1..10. */
  readonly failureThreshold: number;
  /** Regions of Route 53's checkers, at least three. */
  readonly checkerRegions: readonly string[];
}

/**
 * Whether a Region should be in service, as Route 53 sees it: its own API says so, and no peer says that it is
 * evacuated.
 *
 *     healthy = the Region's /health/<probe> answers 200
 *               and, for each peer, the peer does not answer 200 where it is asked for an evacuation
 *
 * The second half is inverted, so that a peer that is unreachable, broken or slow evacuates nobody: only one
 * that is up can, by an item in its own replica, without a call to a control plane. A peer that both does not
 * answer and holds an evacuation lets the Region back in, and is out of service itself.
 *
 * Before it has data an inverted check is unhealthy, and with it what is calculated from it. That is safe:
 * when all Regions are new, all are unhealthy, and Route 53 answers as if all were healthy; a Region that joins
 * others is left out until it has proven itself. A Region whose checks are replaced, as by another interval or a
 * new peer, is left out in the same way for some seconds: change one Region after the other.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
 */
export class RegionHealth extends Construct {
  /** The verdict, to be put on every record that leads to this Region. */
  readonly healthCheck: IHealthCheck;

  constructor(scope: Construct, id: string, props: RegionHealthProps) {
    super(scope, id);
    const { name, region, regionalName, probePath, peers } = props;
    const endpoint = this.addEndpointCheck('Endpoint', props, {
      name: `${name}-endpoint`,
      fqdn: regionalName,
      resourcePath: probePath,
      inverted: false,
    });
    const evacuations = peers.map((peer) =>
      this.addEndpointCheck(`EvacuatedBy-${peer.region}`, props, {
        name: `${name}-evacuated-by-${peer.region}`,
        fqdn: peer.regionalName,
        resourcePath: `/control/evacuations/${region}`,
        inverted: true,
      }),
    );
    const children = [endpoint, ...evacuations];
    const calculated = new HealthCheck(this, 'Calculated', {
      type: HealthCheckType.CALCULATED,
      childHealthChecks: children,
      healthThreshold: children.length,
    });
    Tags.of(calculated).add('Name', name);
    this.healthCheck = calculated;
  }

  private addEndpointCheck(
    id: string,
    { intervalSeconds, failureThreshold, checkerRegions }: RegionHealthProps,
    endpoint: {
      readonly name: string;
      readonly fqdn: string;
      readonly resourcePath: string;
      readonly inverted: boolean;
    },
  ): HealthCheck {
    const { name, ...what } = endpoint;
    const check = new HealthCheck(this, id, {
      ...what,
      type: HealthCheckType.HTTPS,
      port: 443,
      // API Gateway tells names apart by it; without, it has no certificate to show.
      enableSNI: true,
      requestInterval: Duration.seconds(intervalSeconds),
      failureThreshold,
      regions: [...checkerRegions],
    });
    Tags.of(check).add('Name', name);
    return check;
  }
}
