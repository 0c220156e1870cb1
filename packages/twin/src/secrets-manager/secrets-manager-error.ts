/** The exceptions of Secrets Manager, and of every AWS service's front door, that the twin gives. */
export type SecretsManagerErrorCode =
  | 'IncompleteSignatureException'
  | 'InvalidParameterException'
  | 'InvalidRequestException'
  | 'MissingAuthenticationTokenException'
  | 'RequestEntityTooLargeException'
  | 'ResourceExistsException'
  | 'ResourceNotFoundException'
  | 'SerializationException'
  | 'UnknownOperationException'
  | 'UnrecognizedClientException';

/**
 * A request that Secrets Manager refuses. The message never holds a value.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
 */
export class SecretsManagerError extends Error {
  override readonly name = 'SecretsManagerError';
  readonly code: SecretsManagerErrorCode;

  constructor(code: SecretsManagerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get status(): number {
    return this.code === 'RequestEntityTooLargeException' ? 413 : 400;
  }
}
