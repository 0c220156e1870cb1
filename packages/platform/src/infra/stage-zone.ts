import { Fn, RemovalPolicy } from 'aws-cdk-lib';
import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';

/** What a {@link StageZone} is made of. */
export interface StageZoneProps {
  readonly zoneName: string;
}

/**
 * The hosted zone of a stage that has none yet, made once by one Region. It is kept when its stack goes, and
 * when its id stands in the topology and this construct is gone: a new zone of that name has other name
 * servers, so that the registrar's delegation would lead nowhere.
 */
export class StageZone extends Construct {
  readonly hostedZoneId: string;
  /** Names to delegate the domain to, at the registrar or in the parent zone, joined by `, `. */
  readonly nameServers: string;

  constructor(scope: Construct, id: string, { zoneName }: StageZoneProps) {
    super(scope, id);
    const zone = new PublicHostedZone(this, 'Zone', { zoneName });
    zone.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.hostedZoneId = zone.hostedZoneId;
    this.nameServers = Fn.join(', ', zone.hostedZoneNameServers ?? []);
  }
}
