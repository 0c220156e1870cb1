import type { HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** What an {@link OperatorPolicy} is made of. */
export interface OperatorPolicyProps {
  /** Unique in the account: IAM knows no Regions. */
  readonly policyName: string;
  /** Routes that IAM guards, at least one. */
  readonly routes: readonly HttpRoute[];
}

/**
 * Lets whoever it is attached to call the routes that IAM guards in one Region, and nothing else. It is
 * attached to nobody here: who operates a platform is not the platform's to say.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
 */
export class OperatorPolicy extends Construct {
  constructor(scope: Construct, id: string, { policyName, routes }: OperatorPolicyProps) {
    super(scope, id);
    new ManagedPolicy(this, 'Policy', {
      managedPolicyName: policyName,
      description: 'Calls the routes of one Region that operators alone may call',
      statements: [
        new PolicyStatement({
          actions: ['execute-api:Invoke'],
          resources: routes.map(({ routeArn }) => routeArn),
        }),
      ],
    });
  }
}
