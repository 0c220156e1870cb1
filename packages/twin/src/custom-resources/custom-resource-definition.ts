/** A custom resource that a function of the same region provides. JSON-serialisable. */
export interface CustomResourceDefinition {
  /** Stack name and logical id. */
  readonly resourceId: string;
  readonly logicalId: string;
  /** `Custom::…` or `AWS::CloudFormation::CustomResource`. */
  readonly type: string;
  readonly stackId: string;
  /** The function behind its `ServiceToken`. */
  readonly functionName: string;
  /** `ResourceProperties` of its events, `ServiceToken` included; texts may hold deferred values. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** What is needed of it; an answer without one of them is a failure. */
  readonly attributes: readonly string[];
}

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
