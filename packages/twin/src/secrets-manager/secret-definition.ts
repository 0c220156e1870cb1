/** What a generated secret is made of. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
export interface PasswordRule {
  /** Characters. */
  readonly length: number;
  /** The kinds of characters that may occur, those left out already removed; none of them is empty. */
  readonly alphabets: readonly string[];
  /** Whether each kind must occur. */
  readonly requireEach: boolean;
}

/** How a secret gets its first value. */
export type SecretOrigin =
  | { readonly kind: 'given'; readonly text: string }
  | {
      readonly kind: 'generated';
      readonly rule: PasswordRule;
      /** The JSON object, as text, into which the password goes under `key`. @default - the password is the value */
      readonly within?: { readonly template: string; readonly key: string };
    };

/** A secret as its template describes it. JSON-serialisable; it holds no value that anybody generated. */
export interface SecretDefinition {
  readonly name: string;
  readonly accountId: string;
  /** The six characters that AWS puts behind the name in the ARN, the same in every region. */
  readonly arnSuffix: string;
  /** The region of the stack: only there a new value is taken. */
  readonly homeRegion: string;
  /** Regions that hold a replica. */
  readonly replicaRegions: readonly string[];
  readonly origin: SecretOrigin;
}
