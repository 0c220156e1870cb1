/** What is lost when a resource is replaced or removed, for types of which something is. */
const stakes: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::GlobalTable': 'its items',
  'AWS::DynamoDB::Table': 'its items',
  'Custom::AmplifyDynamoDBTable': 'its items',
  'AWS::S3::Bucket': 'its objects',
  'AWS::Cognito::UserPool': 'its users',
  'AWS::Cognito::UserPoolClient': 'its id, which clients carry',
  'AWS::Cognito::IdentityPool': 'its identities',
  'AWS::AppSync::GraphQLApi': 'its address',
  'AWS::RDS::DBCluster': 'its data',
  'AWS::RDS::DBInstance': 'its data',
  'AWS::EFS::FileSystem': 'its files',
  'AWS::SQS::Queue': 'its messages',
  'AWS::KMS::Key': 'everything that it encrypts',
  'AWS::SecretsManager::Secret': 'its value',
  'AWS::ApiGatewayV2::Api': 'its address, which clients carry',
  'AWS::ApiGateway::RestApi': 'its address, which clients carry',
  'AWS::ApiGatewayV2::DomainName': 'the target that DNS answers with',
  'AWS::CloudFront::Distribution': 'its address, which DNS answers with',
  'AWS::Route53::HostedZone': 'its records, and the name servers that the domain is delegated to',
  'AWS::Route53::HealthCheck': 'its state: a new one begins without observations',
};

/**
 * What is lost when a resource of that type is replaced or removed: data, or an address or state that others rely on.
 * Undefined for what is made anew without loss. Log groups are none: their lines live a few days anyhow.
 */
export function stakeOf(type: string): string | undefined {
  return stakes[type];
}
