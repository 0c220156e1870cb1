import { streamLabelOf } from '../dynamodb/streams/stream-label.ts';
import { DOMAIN_VALUES } from './domain-values.ts';
import { EDGE_VALUES } from './edge-values.ts';
import { stableUuid } from './physical-name.ts';
import {
  arn,
  generatedId,
  generatedUuid,
  iamArn,
  named,
  type ResourceIdentity,
  type ResourceValue,
  type ResourceValues,
} from './resource-identity.ts';

const tableArn = (resource: ResourceIdentity): string =>
  arn(resource, 'dynamodb', `table/${tableName(resource)}`);
const functionArn = (resource: ResourceIdentity): string =>
  arn(resource, 'lambda', `function:${named(resource, 'FunctionName')}`);
const tableName = (resource: ResourceIdentity): string => named(resource, 'TableName', 255);
const queueName = (resource: ResourceIdentity): string => named(resource, 'QueueName', 80);
const apiId = (resource: ResourceIdentity): string => generatedId(resource, 10);

const TABLE: ResourceValues = {
  Ref: tableName,
  Arn: tableArn,
  StreamArn: (resource) =>
    `${tableArn(resource)}/stream/${streamLabelOf({ region: resource.region, tableName: tableName(resource) })}`,
  TableId: (resource) => stableUuid(tableArn(resource)),
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/ — section "Return values" of each type. */
const VALUES: Readonly<Record<string, ResourceValues>> = {
  'AWS::DynamoDB::Table': TABLE,
  'AWS::DynamoDB::GlobalTable': TABLE,
  'AWS::Lambda::Function': { Ref: (resource) => named(resource, 'FunctionName'), Arn: functionArn },
  'AWS::Lambda::Version': { Ref: (resource) => `${targetFunctionArn(resource)}:1`, Version: () => '1' },
  'AWS::Lambda::Alias': { Ref: (resource) => `${targetFunctionArn(resource)}:${resource.property('Name')}` },
  'AWS::Lambda::EventSourceMapping': {
    Ref: generatedUuid,
    Id: generatedUuid,
    EventSourceMappingArn: (resource) =>
      arn(resource, 'lambda', `event-source-mapping:${generatedUuid(resource)}`),
  },
  'AWS::Events::Rule': {
    Ref: (resource) => named(resource, 'Name'),
    Arn: (resource) => arn(resource, 'events', `rule/${named(resource, 'Name')}`),
  },
  'AWS::SQS::Queue': {
    Ref: queueUrl,
    QueueUrl: queueUrl,
    Arn: (resource) => arn(resource, 'sqs', queueName(resource)),
    QueueName: queueName,
  },
  'AWS::ApiGatewayV2::Api': {
    Ref: apiId,
    ApiId: apiId,
    ApiEndpoint: ({ apiEndpoint, logicalId }) => apiEndpoint(logicalId),
  },
  'AWS::ApiGatewayV2::Integration': { Ref: (resource) => generatedId(resource, 7) },
  'AWS::ApiGatewayV2::Route': {
    Ref: (resource) => generatedId(resource, 7),
    RouteId: (resource) => generatedId(resource, 7),
  },
  'AWS::ApiGatewayV2::Deployment': { Ref: (resource) => generatedId(resource, 6) },
  'AWS::ApiGatewayV2::Authorizer': { Ref: (resource) => generatedId(resource, 6) },
  'AWS::ApiGatewayV2::Stage': { Ref: ({ property }) => String(property('StageName')) },
  'AWS::Logs::LogGroup': {
    Ref: (resource) => named(resource, 'LogGroupName', 512),
    Arn: (resource) => `${arn(resource, 'logs', `log-group:${named(resource, 'LogGroupName', 512)}`)}:*`,
  },
  'AWS::IAM::Role': {
    Ref: (resource) => named(resource, 'RoleName'),
    Arn: (resource) => iamArn(resource, 'role', 'RoleName'),
    RoleId: (resource) => `AROA${generatedId(resource, 17).toUpperCase()}`,
  },
  'AWS::IAM::ManagedPolicy': {
    Ref: (resource) => iamArn(resource, 'policy', 'ManagedPolicyName'),
    PolicyArn: (resource) => iamArn(resource, 'policy', 'ManagedPolicyName'),
    PolicyId: (resource) => `ANPA${generatedId(resource, 17).toUpperCase()}`,
  },
  ...DOMAIN_VALUES,
  ...EDGE_VALUES,
};

/** The value of `Ref` (`attribute` is then `Ref`) or of an attribute, or nothing where it is not known here. */
export function resourceValue(resource: ResourceIdentity, attribute: string): ResourceValue | undefined {
  return VALUES[resource.type]?.[attribute]?.(resource);
}

function queueUrl(resource: ResourceIdentity): string {
  return `https://sqs.${resource.region}.amazonaws.com/${resource.accountId}/${queueName(resource)}`;
}

function targetFunctionArn(resource: ResourceIdentity): string {
  const target = String(resource.property('FunctionName'));
  return target.startsWith('arn:') ? target : arn(resource, 'lambda', `function:${target}`);
}

const MARK = '[not emulated: ';

/** Stands for a value that only AWS could give. It is recognisable, and no resource that runs may contain it. */
export function placeholder(type: string, name: string): string {
  return `${MARK}${type} ${name}]`;
}

/**
 * The first part of a resolved value that cannot be had locally: a placeholder, or a dynamic reference
 * (`{{resolve:ssm:…}}`), which CloudFormation would look up. Nothing when there is none.
 */
export function unavailablePart(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return /\[not emulated: [^\]]*\]|\{\{resolve:[^}]*\}\}/.exec(value)?.[0];
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const item of Object.values(value)) {
    const found = unavailablePart(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
