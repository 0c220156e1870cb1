import { CfnDynamicReference, CfnDynamicReferenceService, RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { originSecretName } from '../../topology/names.ts';
import type { BackendContext } from '../../topology/resolve-stage.ts';

/** Both secrets, as the setting `edge.originSecret` names them. */
const SLOTS = ['a', 'b'] as const;

/** Long enough that nobody guesses one, and short enough for a header. */
const SECRET_LENGTH = 48;

/** What {@link OriginSecrets} are made of. */
export interface OriginSecretsProps {
  readonly context: Pick<BackendContext, 'project' | 'stage' | 'regions'>;
  /** The Region of the stack; it has the secrets themselves, the stage's other Regions replicas. */
  readonly edgeRegion: string;
}

/**
 * The two secrets of which a request has to carry one, so that a Region knows that it came through the edge: one is sent,
 * the other can be given a new value meanwhile. Secrets Manager makes them up; no template and no output holds them.
 *
 * They go with their stack: nothing is lost, as new ones do as well.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
 */
export class OriginSecrets extends Construct {
  constructor(scope: Construct, id: string, { context, edgeRegion }: OriginSecretsProps) {
    super(scope, id);
    const replicaRegions = context.regions
      .filter((region) => region !== edgeRegion)
      .map((region) => ({ region }));
    for (const slot of SLOTS) {
      new Secret(this, slot.toUpperCase(), {
        secretName: originSecretName(context.project, context.stage, slot),
        description: `What CloudFront sends to the Regions of ${context.project}-${context.stage}, slot ${slot}`,
        // A header takes no more than visible ASCII, and a shell quotes none of these.
        generateSecretString: { passwordLength: SECRET_LENGTH, excludePunctuation: true },
        replicaRegions,
        removalPolicy: RemovalPolicy.DESTROY,
      });
    }
  }
}

/**
 * The value of a secret as CloudFormation puts it in when it deploys; the template holds its name only. What refers to it
 * must depend on the secret by itself, as a name is no reference.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 */
export function originSecretValue(
  { project, stage }: Pick<BackendContext, 'project' | 'stage'>,
  slot: (typeof SLOTS)[number],
): SecretValue {
  const name = originSecretName(project, stage, slot);
  return SecretValue.cfnDynamicReference(
    new CfnDynamicReference(CfnDynamicReferenceService.SECRETS_MANAGER, `${name}:SecretString`),
  );
}
