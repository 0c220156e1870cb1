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
