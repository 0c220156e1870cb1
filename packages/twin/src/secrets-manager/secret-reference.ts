/**
 * A dynamic reference to a secret in a resolved text, such as `{{resolve:secretsmanager:name:SecretString:key}}`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 */
export interface SecretReference {
  /** The name, or the whole ARN. */
  readonly secretId: string;
  /** The member of the value's JSON object. @default - the whole value */
  readonly jsonKey?: string;
  readonly versionStage?: string;
  readonly versionId?: string;
}

/** An ARN has colons itself; a name has none. */
const REFERENCE =
  /\{\{resolve:secretsmanager:(arn:[^:}]*:secretsmanager:[^:}]*:[^:}]*:secret:[^:}]+|[^:}]+)(?::SecretString)?(?::([^:}]*))?(?::([^:}]*))?(?::([^:}]*))?\}\}/g;

/** A text with every reference to a secret replaced; other dynamic references stay as they are. */
export function replaceSecretReferences(
  text: string,
  valueFor: (reference: SecretReference) => string,
): string {
  return text.replaceAll(
    REFERENCE,
    (_, secretId: string, jsonKey?: string, versionStage?: string, versionId?: string) =>
      valueFor({
        secretId,
        ...(jsonKey && { jsonKey }),
        ...(versionStage && { versionStage }),
        ...(versionId && { versionId }),
      }),
  );
}
