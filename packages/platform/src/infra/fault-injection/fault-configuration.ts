import { CfnDynamicReference, CfnDynamicReferenceService, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { BackendFunction } from '../configure-function.ts';

/** Folder in which FIS leaves what is to be broken, as AWS's own examples have it. */
const FOLDER = 'FisConfigs';

/**
 * AWS's own parameter with the ARN of the extension, in every Region that has FIS. Read while a stack is deployed: its
 * account and version differ from Region to Region.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/actions-lambda-extension-arns.html
 */
const EXTENSION_PARAMETER = '/aws/service/fis/lambda-extension/AWS-FIS-extension-arm64/1.x.x';

/** The extension's script that starts the runtime with every invocation led through it. */
const WRAPPER = '/opt/aws-fis/bootstrap';

/**
 * The way from FIS to a function: a bucket in which FIS says what is to be broken, and the extension in the function that
 * reads it there and does it.
 *
 * FIS takes away what it has put there when an experiment ends, and the bucket what is left of it within a day; so it is
 * empty when its stack is deleted, and no custom resource with rights over buckets has to empty it.
 *
 * The extension asks once a minute while nothing is broken. It could be told to wait for that answer before each
 * invocation: it is not, as a health probe that waits for S3 would tell S3's health.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/use-lambda-actions.html
 */
export class FaultConfiguration extends Construct {
  readonly bucketArn: string;
  /** What FIS writes, and the extension reads: ARN with a star for the object. */
  readonly objectsArn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [
        { expiration: Duration.days(1), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.bucketArn = bucket.bucketArn;
    this.objectsArn = bucket.arnForObjects(`${FOLDER}/*`);
  }

  /** Puts the extension before every invocation of the function, and lets it read what is to be broken. */
  reach({ resources: { lambda, cfnResources }, addEnvironment }: BackendFunction): void {
    const extension = new CfnDynamicReference(CfnDynamicReferenceService.SSM, EXTENSION_PARAMETER);
    cfnResources.cfnFunction.layers = [extension.toString()];
    addEnvironment('AWS_LAMBDA_EXEC_WRAPPER', WRAPPER);
    addEnvironment('AWS_FIS_CONFIGURATION_LOCATION', `${this.bucketArn}/${FOLDER}/`);
    lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [this.bucketArn],
        conditions: { StringLike: { 's3:prefix': [`${FOLDER}/*`] } },
      }),
    );
    lambda.addToRolePolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [this.objectsArn] }));
  }
}
