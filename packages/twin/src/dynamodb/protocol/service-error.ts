/** The members of an error body beside its type and message, such as `CancellationReasons` or `Item`. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

const PREFIX_OF: Readonly<Record<string, string>> = {
  ValidationException: 'com.amazon.coral.validate#',
  ThrottlingException: 'com.amazon.coral.availability#',
  SerializationException: 'com.amazon.coral.service#',
  UnknownOperationException: 'com.amazon.coral.service#',
};
const DEFAULT_PREFIX = 'com.amazonaws.dynamodb.v20120810#';

/**
 * An exception of the DynamoDB API, as it travels in an error body
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html).
 */
export class ServiceError extends Error {
  /** The exception's name without its namespace, for example `ConditionalCheckFailedException`. */
  readonly type: string;
  readonly status: number;
  readonly details: ErrorDetails;

  constructor(
    type: string,
    message: string,
    { status = 400, details = {}, cause }: { status?: number; details?: ErrorDetails; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = 'ServiceError';
    this.type = type;
    this.status = status;
    this.details = details;
  }

  /** Reads an error body of an engine; services write `message` or `Message`. */
  static fromBody(body: Readonly<Record<string, unknown>>, status: number): ServiceError {
    const { __type: qualifiedType, message, Message: capitalised, ...details } = body;
    const type = String(qualifiedType ?? 'InternalServerError').replace(/^.*#/, '');
    return new ServiceError(type, String(message ?? capitalised ?? ''), { status, details });
  }

  /** The error body. A cancelled transaction names its message `Message`, as AWS does. */
  toBody(): Record<string, unknown> {
    const messageName = this.type === 'TransactionCanceledException' ? 'Message' : 'message';
    const prefix = PREFIX_OF[this.type] ?? DEFAULT_PREFIX;
    return { __type: `${prefix}${this.type}`, [messageName]: this.message, ...this.details };
  }
}

/** A request that DynamoDB refuses for what it says. */
export function validationError(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}

/** A fault of the replica or its engine. SDKs retry it. */
export function internalServerError(message: string, cause?: unknown): ServiceError {
  return new ServiceError('InternalServerError', message, { status: 500, cause });
}
