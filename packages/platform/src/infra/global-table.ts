import { Arn, Aws } from 'aws-cdk-lib';

/**
 * The platform's table as every region knows it: by its computed name. The resource is in a stack of its own, in the
 * region that owns it, so that no stack refers to another one.
 */
export class GlobalTable {
  readonly tableName: string;
  /** ARN of this Region's replica, without its indexes: what a function of this Region may be granted. */
  readonly replicaArn: string;

  constructor(tableName: string) {
    this.tableName = tableName;
    this.replicaArn = this.replicaArnIn(Aws.REGION);
  }

  /**
   * ARNs of those Regions' replicas, without their indexes. For the one thing for which a Region asks another's replica:
   * to see whether a write has arrived there.
   */
  peerReplicaArns(peerRegions: readonly string[]): string[] {
    return peerRegions.map((region) => this.replicaArnIn(region));
  }

  private replicaArnIn(region: string): string {
    return Arn.format({
      partition: Aws.PARTITION,
      account: Aws.ACCOUNT_ID,
      service: 'dynamodb',
      region,
      resource: 'table',
      resourceName: this.tableName,
    });
  }
}
