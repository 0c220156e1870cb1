import { Aws, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** What an {@link ExperimenterPolicy} is made of. */
export interface ExperimenterPolicyProps {
  /** Unique in the account: IAM knows no Regions. */
  readonly policyName: string;
  /** Templates that may be started, at least one. */
  readonly templateIds: readonly string[];
}

/**
 * Lets whoever it is attached to start exactly these experiments, look at them and end them. It is attached to nobody
 * here, and is not part of the operator's policy: who may evacuate a Region on a bad day need not be who may make one.
 *
 * It changes no template and hands over no role, so that nobody can break by it what the templates do not.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/security_iam_id-based-policy-examples.html
 */
export class ExperimenterPolicy extends Construct {
  constructor(scope: Construct, id: string, { policyName, templateIds }: ExperimenterPolicyProps) {
    super(scope, id);
    const arn = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'fis', resource, resourceName });
    // An experiment's id is drawn when it starts.
    const experiments = arn('experiment', '*');
    const allow = (actions: string[], resources: string[]) => new PolicyStatement({ actions, resources });
    new ManagedPolicy(this, 'Policy', {
      managedPolicyName: policyName,
      description: 'Starts and ends the experiments that break one Region on purpose',
      statements: [
        allow(
          ['fis:StartExperiment'],
          [...templateIds.map((id) => arn('experiment-template', id)), experiments],
        ),
        allow(['fis:GetExperiment', 'fis:StopExperiment'], [experiments]),
        // IAM knows no resource for them.
        allow(['fis:ListExperimentTemplates', 'fis:ListExperiments'], ['*']),
        // Needed once in an account: with it FIS watches the alarms that end an experiment.
        new PolicyStatement({
          actions: ['iam:CreateServiceLinkedRole'],
          resources: [
            `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/aws-service-role/fis.amazonaws.com/AWSServiceRoleForFIS`,
          ],
          conditions: { StringEquals: { 'iam:AWSServiceName': 'fis.amazonaws.com' } },
        }),
      ],
    });
  }
}
