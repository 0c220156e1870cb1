const MARK = '[not emulated: ';

/** Stands for a value that only AWS could give. It is recognisable, and no resource that runs may contain it. */
export function placeholder(type: string, name: string): string {
  return `${MARK}${type} ${name}]`;
}

/**
 * The first part of a resolved value that cannot be had locally: a placeholder, or a dynamic reference
 * (`{{resolve:ssm:…}}`), which CloudFormation would look up. Nothing when there is none.
 */
export function unavailablePart(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return /\[not emulated: [^\]]*\]|\{\{resolve:[^}]*\}\}/.exec(value)?.[0];
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const item of Object.values(value)) {
    const found = unavailablePart(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
