/** What is wrong with a cloud assembly, for a caller that wants to tell the cases apart. */
export type AssemblyErrorCode =
  /** The folder is not a complete cloud assembly. */
  | 'BrokenAssembly'
  /** The assembly was written by a CDK whose format is not known here. */
  | 'UnknownSchemaVersion'
  /** A reference leads nowhere, or in a circle. */
  | 'Unresolvable'
  /** An emulated resource depends on something that is not emulated. */
  | 'NotEmulated'
  /** A resource lacks a property or has a value that CloudFormation would refuse. */
  | 'InvalidResource'
  /** Two templates define the same table differently. */
  | 'ConflictingTables';

/** Where in an assembly the fault is. */
export interface AssemblyLocation {
  /** File name of the template. */
  readonly template?: string;
  /** Logical id of the resource, parameter, condition or output. */
  readonly logicalId?: string;
  /** The way from there to the fault, e.g. `Properties.Environment.Variables.TABLE`. */
  readonly path?: string;
}

/**
 * A cloud assembly that cannot be run. The message says what cannot be done, where and why, and ends with the
 * remedy, so that it can be shown to a person as it is.
 */
export class AssemblyError extends Error implements AssemblyLocation {
  override readonly name = 'AssemblyError';
  /** The message is for a person as it stands: a command shows it without a stack. */
  readonly isExpected = true;
  readonly code: AssemblyErrorCode;
  readonly template?: string;
  readonly logicalId?: string;
  readonly path?: string;

  constructor(
    code: AssemblyErrorCode,
    message: string,
    options: AssemblyLocation & { cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.template !== undefined) this.template = options.template;
    if (options.logicalId !== undefined) this.logicalId = options.logicalId;
    if (options.path !== undefined) this.path = options.path;
  }
}
