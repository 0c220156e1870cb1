import type { HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { operatorPolicyName } from '../topology/names.ts';
import type { BackendContext } from '../topology/resolve-stage.ts';

/** What an {@link OperatorPolicy} is made of. */
export interface OperatorPolicyProps {
  readonly context: Pick<BackendContext, 'project' | 'stage' | 'region'>;
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
  constructor(scope: Construct, id: string, { context, routes }: OperatorPolicyProps) {
    super(scope, id);
    const { project, stage, region } = context;
    new ManagedPolicy(this, 'Policy', {
      // Unique in the account: IAM knows no Regions.
      managedPolicyName: operatorPolicyName(project, stage, region),
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
