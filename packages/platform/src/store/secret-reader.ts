import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretReader } from '../domain/origin-verifier.ts';

/** How a reader asks. */
export interface SecretReaderOptions {
  /** The region asked: that of the replica of each secret. */
  readonly region: string;
  /** Calls made at most for one secret, the first included. @default 2 */
  readonly attemptsMax?: number;
  /** Longest time to open a connection, per attempt. @default 500 */
  readonly connectTimeoutMs?: number;
  /** Longest time to wait for an answer, per attempt. @default 700 */
  readonly attemptTimeoutMs?: number;
}

/** Thrown when a secret cannot be read, or is none that a header can carry. It holds nothing of the value. */
export class SecretUnavailableError extends Error {
  override readonly name = 'SecretUnavailableError';
}

/** What a header carries unchanged (RFC 9110, section 5.5) and nobody guesses. */
const USABLE = /^[\x21-\x7e]{16,}$/;

/** What a person can do, by the name of AWS's exception. */
const REMEDIES: Readonly<Record<string, string>> = {
  ResourceNotFoundException: 'Deploy the primary, which makes it and replicates it to every region.',
  AccessDeniedException: 'Deploy this region again, which lets its function read it.',
  DecryptionFailure: 'Look at the key that encrypts its replica in this region.',
  InvalidRequestException: 'Look whether it is scheduled for deletion.',
};

/**
 * Makes a reader of secrets over AWS Secrets Manager: the version that is current (AWSCURRENT).
 *
 * The SDK's client is loaded with the first secret that is read. It adds 30 kB to a bundle of 471 kB and nothing that can be
 * measured to the start of a function that checks no secret; a signed request of our own would save 24 kB of these, and be a
 * protocol, with its retries and its credentials, to look after.
 *
 * @returns a function that throws {@link SecretUnavailableError}, with AWS's exception as `cause`
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export function createSecretReader(options: SecretReaderOptions): SecretReader {
  const { region, attemptsMax = 2, connectTimeoutMs = 500, attemptTimeoutMs = 700 } = options;
  let client: SecretsManagerClient | undefined;
  return async (name, { signal }) => {
    const sdk = await import('@aws-sdk/client-secrets-manager');
    client ??= new sdk.SecretsManagerClient({
      region,
      maxAttempts: attemptsMax,
      requestHandler: {
        connectionTimeout: connectTimeoutMs,
        requestTimeout: attemptTimeoutMs,
        throwOnRequestTimeout: true,
      },
    });
    const value = await currentValue(
      client.send(new sdk.GetSecretValueCommand({ SecretId: name }), { abortSignal: signal }),
      {
        name,
        region,
      },
    );
    if (USABLE.test(value)) return value;
    throw new SecretUnavailableError(
      `Cannot use the secret ${name} of ${region}: its value is no text of 16 or more visible ASCII characters, such a one is needed. ` +
        'Give it a new one.',
    );
  };
}

async function currentValue(
  answer: Promise<{ readonly SecretString?: string | undefined }>,
  { name, region }: { readonly name: string; readonly region: string },
): Promise<string> {
  try {
    const { SecretString = '' } = await answer;
    return SecretString;
  } catch (cause) {
    throw new SecretUnavailableError(
      `Cannot read the secret ${name} of ${region}: ${reasonOf(cause)}, its value is needed. ${remedyOf(cause)}`,
      { cause },
    );
  }
}

function remedyOf(cause: unknown): string {
  const known = cause instanceof Error ? REMEDIES[cause.name] : undefined;
  return known ?? 'It is asked for again by itself; until then the value that it had counts.';
}

function reasonOf(cause: unknown): string {
  const { name = 'an error', code, $metadata } = Object(cause);
  const isAnswer = $metadata?.httpStatusCode !== undefined;
  return isAnswer ? `Secrets Manager answers ${name}` : `Secrets Manager gives no answer (${code ?? name})`;
}
