import type { CustomResourceDefinition } from './custom-resource-definition.ts';

/**
 * The event that CloudFormation sends for a new custom resource.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requesttypes-create.html
 */
export interface CustomResourceEvent {
  readonly RequestType: 'Create';
  readonly ServiceToken: string;
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
}

/** Makes the event for a resource. */
export function createEventOf(
  { stackId, logicalId, type, properties }: CustomResourceDefinition,
  { requestId, responseUrl }: { requestId: string; responseUrl: string },
): CustomResourceEvent {
  return {
    RequestType: 'Create',
    ServiceToken: String(properties.ServiceToken),
    ResponseURL: responseUrl,
    StackId: stackId,
    RequestId: requestId,
    LogicalResourceId: logicalId,
    ResourceType: type,
    ResourceProperties: properties,
  };
}
