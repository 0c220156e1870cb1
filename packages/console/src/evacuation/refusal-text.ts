/** A refusal in parts, for whoever asked. */
export interface Refusal {
  /** What could not be done, and why. */
  readonly message: string;
  /** What to do; null where nobody said. */
  readonly remedy: string | null;
}

/**
 * What a region refused, in its own words where it is the platform that refused, and in ours where API Gateway did, whose
 * bodies say little.
 */
export function refusalOf(
  { status, body }: { readonly status: number; readonly body: unknown },
  { act, via }: { readonly act: string; readonly via: string },
): Refusal {
  const detail = textIn(body, 'detail');
  if (detail !== null) {
    const said = detail.startsWith('Cannot ') ? detail : `Cannot ${act}: ${detail}`;
    return { message: said.replace(/\.?$/, '.'), remedy: textIn(body, 'remedy') };
  }
  if (status === 403) {
    return {
      message: `Cannot ${act}: ${via} does not allow these credentials.`,
      remedy:
        `Attach the managed policy <project>-<stage>-operator-${via} to whoever they belong to, ` +
        'and look whether they have expired: aws sts get-caller-identity',
    };
  }
  return {
    message: `Cannot ${act}: ${via} answered ${status}, an answer of the platform is needed.`,
    remedy: 'Look at the region’s health, or ask again.',
  };
}

function textIn(body: unknown, name: string): string | null {
  const text: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : null;
  return typeof text === 'string' && text !== '' ? text : null;
}
