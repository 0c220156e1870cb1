import { CustomResource, Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { canLoseWrites } from '../topology/backend-features.ts';
import type { BackendContext } from '../topology/resolve-stage.ts';
import type { GlobalTable } from './global-table.ts';

/** Type under which the lookup stands in templates and events. */
const RESOURCE_TYPE = 'Custom::ReplicaStream';

/** What a {@link ReplicaStream} is made of. */
export interface ReplicaStreamProps {
  readonly context: Pick<BackendContext, 'regions' | 'settings'>;
  readonly table: GlobalTable;
  /** Answers CloudFormation with the ARN of the stream that the table of that name has in its own Region. */
  readonly lookup: IFunction;
  /** How long one run of `lookup` may take. */
  readonly lookupTimeoutSeconds: number;
}

/**
 * The stream of this Region's replica. Its ARN ends in the moment at which the replica came into being, so
 * that it cannot be computed, and CloudFormation gives it to the stack that owns the table only. It is
 * looked up in every Region alike, the owner's included: one way, and the one that is tested.
 *
 * CloudFormation looks again whenever a property changes. The list of Regions is one for that reason: a
 * replica that was taken away and comes back has a new stream, and both steps change the list. A table that
 * is deleted and made anew while this stack stays changes nothing here; such a stack has to be deleted, too.
 *
 * Where no write is lost unseen nobody reads the stream, and it is not looked up.
 */
export class ReplicaStream extends Construct {
  /** ARN of the stream, known when the stack is deployed; undefined where nobody reads it. */
  readonly streamArn: string | undefined;

  constructor(scope: Construct, id: string, props: ReplicaStreamProps) {
    super(scope, id);
    const { context, table, lookup, lookupTimeoutSeconds } = props;
    if (!canLoseWrites(context)) return;
    const found = new CustomResource(this, 'Lookup', {
      resourceType: RESOURCE_TYPE,
      serviceToken: lookup.functionArn,
      // Two runs and the minute that Lambda waits between them: one that cannot deliver its answer is run again.
      // Without this, CloudFormation would wait an hour for a function that died.
      serviceTimeout: Duration.seconds(2 * lookupTimeoutSeconds + 60),
      properties: { tableName: table.tableName, replicaRegions: [...context.regions] },
    });
    this.streamArn = found.getAttString('StreamArn');
  }
}
