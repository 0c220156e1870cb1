import { SecretsManagerError } from './secrets-manager-error.ts';

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
