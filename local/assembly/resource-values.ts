import { streamLabelOf } from '../dynamodb/streams/stream-label.ts';
import { physicalName, stableId, stableUuid } from './physical-name.ts';

/** A resource as its Ref and attributes need it. */
export interface ResourceIdentity {
  readonly type: string;
  readonly logicalId: string;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  /** A property with its intrinsics resolved; nothing where the template gives none. */
  readonly property: (name: string) => unknown;
  /** The twin's URL of an HTTP API. */
  readonly apiEndpoint: (apiLogicalId: string) => string;
}

/** Values that AWS documents as return values of a resource type. `Ref` is one of them. */
type ResourceValues = Readonly<Record<string, (resource: ResourceIdentity) => string>>;

const tableArn = (resource: ResourceIdentity): string =>
  arn(resource, 'dynamodb', `table/${tableName(resource)}`);
const functionArn = (resource: ResourceIdentity): string =>
  arn(resource, 'lambda', `function:${named(resource, 'FunctionName')}`);
const tableName = (resource: ResourceIdentity): string => named(resource, 'TableName', 255);
const queueName = (resource: ResourceIdentity): string => named(resource, 'QueueName', 80);
const mappingId = ({ region, stackName, logicalId }: ResourceIdentity): string =>
  stableUuid(`${region}/${stackName}/${logicalId}`);
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
    Ref: mappingId,
    Id: mappingId,
    EventSourceMappingArn: (resource) =>
      arn(resource, 'lambda', `event-source-mapping:${mappingId(resource)}`),
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
    Arn: (resource) =>
      `arn:aws:iam::${resource.accountId}:role${pathOf(resource)}${named(resource, 'RoleName')}`,
    RoleId: (resource) => `AROA${generatedId(resource, 17).toUpperCase()}`,
  },
};

/** The value of `Ref` (`attribute` is then `Ref`) or of an attribute, or nothing where it is not known here. */
export function resourceValue(resource: ResourceIdentity, attribute: string): string | undefined {
  return VALUES[resource.type]?.[attribute]?.(resource);
}

function named(resource: ResourceIdentity, property: string, maxLength = 64): string {
  const given = resource.property(property);
  return typeof given === 'string' ? given : physicalName(resource.stackName, resource.logicalId, maxLength);
}

function generatedId({ stackName, logicalId, region }: ResourceIdentity, length: number): string {
  return stableId(`${region}/${stackName}/${logicalId}`, length);
}

function arn({ region, accountId }: ResourceIdentity, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

function queueUrl(resource: ResourceIdentity): string {
  return `https://sqs.${resource.region}.amazonaws.com/${resource.accountId}/${queueName(resource)}`;
}

function targetFunctionArn(resource: ResourceIdentity): string {
  const target = String(resource.property('FunctionName'));
  return target.startsWith('arn:') ? target : arn(resource, 'lambda', `function:${target}`);
}

function pathOf({ property }: ResourceIdentity): string {
  const path = property('Path');
  return typeof path === 'string' ? path : '/';
}
