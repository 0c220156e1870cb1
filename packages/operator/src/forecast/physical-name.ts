import type { Resource } from './stack-tree.ts';

/** The property by which a type is named, for types that a stage names. Two of one name cannot be in a region at once. */
const nameProperties: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::CompositeAlarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SSM::Parameter': 'Name',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::ApiGatewayV2::DomainName': 'DomainName',
  'AWS::ApiGateway::DomainName': 'DomainName',
  'AWS::WAFv2::WebACL': 'Name',
  'AWS::Budgets::Budget': 'Budget.BudgetName',
};

/**
 * The name that a template gives a resource, as text; undefined where CloudFormation makes one up, or the type has none. A name
 * that is put together from other values is told by how it is put together.
 */
export function nameOfResource({ Type, Properties = {} }: Resource): string | undefined {
  const path = nameProperties[Type];
  if (path === undefined) return undefined;
  const value = path.split('.').reduce<unknown>((at, key) => Object(at)[key], Properties);
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
