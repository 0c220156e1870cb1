import { z } from 'zod';
import type { SecretStore } from './secret-store.ts';
import { SecretsManagerError } from './secrets-manager-error.ts';

/** What an operation works on. */
interface OperationContext {
  readonly region: string;
  readonly store: SecretStore;
  /** The request's body, as it came. */
  readonly body: string;
}

const VALUE_BYTES_MAX = 65_536;

const secretId = z.string().min(1).max(2_048);
const token = z.string().min(32).max(64);

const getRequest = z.object({
  SecretId: secretId,
  VersionId: token.optional(),
  VersionStage: z.string().min(1).max(256).optional(),
});
const putRequest = z.object({
  SecretId: secretId,
  SecretString: z
    .string()
    .refine((text) => Buffer.byteLength(text) <= VALUE_BYTES_MAX, `is longer than ${VALUE_BYTES_MAX} bytes`),
  ClientRequestToken: token.optional(),
});

const OPERATIONS: Readonly<Record<string, (context: OperationContext) => object>> = {
  'secretsmanager.GetSecretValue': getSecretValue,
  'secretsmanager.PutSecretValue': putSecretValue,
};

/**
 * Carries out the operation that a request's `X-Amz-Target` names, and gives the members of its answer.
 *
 * @throws {SecretsManagerError} `UnknownOperationException` for what is not emulated, `SerializationException`,
 *   `InvalidParameterException`, and whatever the operation refuses
 */
export function carryOutSecretOperation(target: string, context: OperationContext): object {
  const operation = Object.hasOwn(OPERATIONS, target) ? OPERATIONS[target] : undefined;
  if (operation !== undefined) return operation(context);
  throw new SecretsManagerError(
    'UnknownOperationException',
    `The operation is not emulated, ${Object.keys(OPERATIONS).join(' and ')} are`,
  );
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
function getSecretValue({ region, store, body }: OperationContext): object {
  const { SecretId, VersionId, VersionStage } = parse(getRequest, body);
  const found = store.get({ region, secretId: SecretId, versionId: VersionId, versionStage: VersionStage });
  return {
    ARN: found.arn,
    Name: found.name,
    VersionId: found.versionId,
    SecretString: found.text,
    VersionStages: found.stages,
    CreatedDate: found.createdAtMs / 1_000,
  };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html */
function putSecretValue({ region, store, body }: OperationContext): object {
  const { SecretId, SecretString, ClientRequestToken } = parse(putRequest, body);
  const found = store.put({ region, secretId: SecretId, text: SecretString, token: ClientRequestToken });
  return { ARN: found.arn, Name: found.name, VersionId: found.versionId, VersionStages: found.stages };
}

function parse<Request>(schema: z.ZodType<Request>, body: string): Request {
  const parsed = schema.safeParse(parsedJson(body));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SecretsManagerError(
    'InvalidParameterException',
    `The parameter ${issue?.path.join('.') ?? ''} is wrong: ${issue?.message}`,
  );
}

/** Without the parser's error, which quotes the text and so perhaps a value. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SecretsManagerError('SerializationException', 'The request body is not JSON');
  }
}

const SERVICE = 'secretsmanager';

/**
 * The region that a request is signed for: its endpoint is one for all regions, and AWS too takes the credential scope as
 * the truth. The signature itself opens nothing here and is not verified.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 *
 * @throws {SecretsManagerError} `MissingAuthenticationTokenException` without a signature; `IncompleteSignatureException`
 *   for one that cannot be read or is for another service
 */
export function signedRegion(authorization: string | undefined): string {
  if (authorization === undefined)
    throw new SecretsManagerError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  const [, region, service] =
    /^AWS4-HMAC-SHA256 Credential=[^/,\s]+\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request,/.exec(
      authorization,
    ) ?? [];
  if (region !== undefined && service === SERVICE) return region;
  throw new SecretsManagerError(
    'IncompleteSignatureException',
    `Credential must be scoped to a region and the service ${SERVICE}`,
  );
}
