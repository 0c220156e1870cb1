import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** What an {@link ExperimentRole} lets experiments break. */
export interface ExperimentRoleProps {
  readonly functionArn: string;
  /** Objects by which the function is told: ARN with a star. */
  readonly configurationArn: string;
  /** Replica whose replication may be paused. @default - none */
  readonly replicaArn?: string | undefined;
}

/**
 * What FIS may do in this Region, for experiments of this account only. It can tell the health function to fail, and deny
 * the replication service, and nobody else, the replica and its stream; FIS takes the denial back when the experiment ends,
 * and it lapses by itself at the end of its duration.
 *
 * Nothing lets it write logs: FIS asks for rights on all of the account's log deliveries and log resource policies for
 * that, and tells the same in `GetExperiment`, CloudTrail and the drill's report.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/getting-started-iam-service-role.html
 * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 */
export class ExperimentRole extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: ExperimentRoleProps) {
    super(scope, id);
    const { functionArn, configurationArn, replicaArn } = props;
    const experiments = Stack.of(this).formatArn({
      service: 'fis',
      resource: 'experiment',
      resourceName: '*',
    });
    const role = new Role(this, 'Role', {
      description: 'Lets AWS Fault Injection Service break one Region on purpose',
      assumedBy: new ServicePrincipal('fis.amazonaws.com', {
        // Or FIS could be made to use it by somebody else's experiment.
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': experiments },
        },
      }),
    });
    this.roleArn = role.roleArn;
    const allow = (actions: string[], resources: string[]) =>
      role.addToPolicy(new PolicyStatement({ actions, resources }));
    allow(['s3:PutObject', 's3:DeleteObject'], [configurationArn]);
    allow(['lambda:GetFunction'], [functionArn]);
    // IAM knows no resource for it. Targets are named by ARN; AWS asks for it all the same, and it reads tags only.
    allow(['tag:GetResources'], ['*']);
    if (replicaArn === undefined) return;
    allow(['dynamodb:DescribeTable'], [replicaArn]);
    allow(
      ['dynamodb:GetResourcePolicy', 'dynamodb:PutResourcePolicy', 'dynamodb:DeleteResourcePolicy'],
      [replicaArn, `${replicaArn}/stream/*`],
    );
  }
}
