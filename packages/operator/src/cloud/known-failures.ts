/** Why AWS did not do what it was asked, as far as that decides what to do next. */
export type CloudReason =
  /** Nobody to ask as: none, unknown, expired, or a clock that is wrong. */
  | 'credentials'
  /** Known, and not allowed. */
  | 'denied'
  /** The Region is not enabled for the account. */
  | 'region'
  /** No answer: no network, no name, a time limit. Asking again may help. */
  | 'unreachable'
  /** An answer of 5xx, or throttled to the end. Asking again may help. */
  | 'unavailable'
  /** AWS answered, and what it told cannot be worked with. */
  | 'state';

/** One thing that can go wrong. */
export interface KnownFailure {
  readonly reason: CloudReason;
  /** Codes of AWS's answers, names of the SDK's errors, codes of the system's. */
  readonly codes: ReadonlySet<string>;
  readonly state: string;
  readonly remedy: string;
}

/**
 * What can go wrong with any call, whatever the service. Services spell the same fault differently. Of several that fit the
 * first holds.
 *
 * @see https://docs.aws.amazon.com/awsconsolehelpdocs/latest/APIReference/CommonErrors.html
 */
export const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    reason: 'credentials',
    codes: new Set([
      'ExpiredToken',
      'ExpiredTokenException',
      'RequestExpired',
      'TokenRefreshRequired',
      'ExpiredTokenError',
    ]),
    state: 'the AWS credentials have expired, valid ones are needed',
    remedy: 'Sign in again (aws sso login, aws login) and repeat the command.',
  },
  {
    reason: 'credentials',
    codes: new Set(['CredentialsProviderError', 'TokenProviderError', 'MissingAuthenticationToken']),
    state: 'no AWS credentials were found, they are needed',
    remedy:
      'Sign in (aws sso login, aws login), or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  },
  {
    reason: 'credentials',
    codes: new Set(['SignatureDoesNotMatch', 'InvalidSignatureException', 'RequestTimeTooSkewed']),
    state: 'AWS does not accept the signature, the right secret and the right time are needed',
    remedy: "Check this machine's clock and AWS_SECRET_ACCESS_KEY.",
  },
  {
    reason: 'region',
    codes: new Set([
      'UnrecognizedClientException',
      'InvalidClientTokenId',
      'InvalidClientTokenIdException',
      'InvalidAccessKeyId',
      'AuthFailure',
    ]),
    state: 'AWS does not know the credentials there, an enabled account is needed',
    remedy:
      'Check the access key. A Region that has to be opted into answers so until it is: aws account enable-region.',
  },
  {
    reason: 'region',
    codes: new Set(['OptInRequired', 'RegionDisabledException', 'SubscriptionRequiredException']),
    state: 'the account has not enabled it, it must be enabled',
    remedy: 'Enable the Region (aws account enable-region), or leave it out of amplify/topology.ts.',
  },
  {
    reason: 'denied',
    codes: new Set([
      'AccessDenied',
      'AccessDeniedException',
      'UnauthorizedOperation',
      'AuthorizationError',
      'NotAuthorized',
      'UnauthorizedException',
    ]),
    state: 'these credentials are not allowed to, the permission is needed',
    remedy: 'Have it granted, or use other credentials.',
  },
  {
    reason: 'unavailable',
    codes: new Set([
      'Throttling',
      'ThrottlingException',
      'ThrottledException',
      'TooManyRequestsException',
      'RequestLimitExceeded',
      'RequestThrottled',
      'RequestThrottledException',
      'PriorRequestNotComplete',
      'ProvisionedThroughputExceededException',
      'SlowDown',
    ]),
    state: 'AWS throttles the account, fewer calls are needed',
    remedy: 'Wait a minute and repeat the command; see what else calls that API.',
  },
  {
    reason: 'unreachable',
    codes: new Set([
      'TimeoutError',
      'ENOTFOUND',
      'EAI_AGAIN',
      'ECONNREFUSED',
      'ECONNRESET',
      'ETIMEDOUT',
      'EPIPE',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'EPROTO',
      'CERT_HAS_EXPIRED',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ]),
    state: 'AWS does not answer there, a connection is needed',
    remedy:
      'Check the network, the proxy, and AWS_ENDPOINT_URL where it is set; then the AWS Health Dashboard.',
  },
];

/** Any other answer of 5xx. */
export const SERVER_FAILURE = {
  reason: 'unavailable',
  state: 'AWS failed to answer, its service must be well',
  remedy: 'Repeat the command; see the AWS Health Dashboard if it stays so.',
} as const;
