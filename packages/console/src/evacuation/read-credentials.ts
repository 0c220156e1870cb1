import type { OperatorCredentials } from '@gsp/client/operator';

/**
 * Takes what was entered for credentials once it is whole. Those without a session token do not expire, and have no
 * business in a web page: they are no credentials here.
 */
export function readCredentials({
  accessKeyId,
  secretAccessKey,
  sessionToken,
}: {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}): OperatorCredentials | null {
  const isWhole = accessKeyId !== '' && secretAccessKey !== '' && sessionToken !== '';
  return isWhole ? { accessKeyId, secretAccessKey, sessionToken } : null;
}
