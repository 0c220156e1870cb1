/** One thing that is wrong with a topology, or with where somebody wants to place it. */
export interface TopologyIssue {
  /** Where the value stands, as it would be written in code: `stages.main.table.consistency`. */
  readonly path: string;
  /** The value as it was given. */
  readonly given: unknown;
  /** What is accepted and what to do, made by {@link allowed}. */
  readonly needed: string;
}

/**
 * The topology, or the place it is asked for, cannot be used. Thrown with every issue found, so that a
 * user corrects a file once and not once per issue.
 */
export class TopologyError extends Error {
  override readonly name = 'TopologyError';
  /** The message is for a person as it stands: a command shows it without a stack. */
  readonly isExpected = true;
  readonly issues: readonly TopologyIssue[];

  /**
   * @param act what could not be done, as in `use the topology`
   * @param issues what stands in the way, at least one
   */
  constructor(act: string, issues: readonly TopologyIssue[], options?: ErrorOptions) {
    const lines = issues.map(({ path, given, needed }) => `${path}: given ${quote(given)}, ${needed}`);
    const [only] = lines;
    super(
      lines.length === 1
        ? `Cannot ${act}: ${only}`
        : `Cannot ${act}: ${lines.length} faults\n${lines.map((line) => `  - ${line}`).join('\n')}`,
      options,
    );
    this.issues = issues;
  }
}

/**
 * The second half of every issue: what is accepted, then the remedy as a sentence of its own.
 *
 * @param values what is accepted, as in `a whole number 1..65535`
 * @param remedy what to do, without the full stop
 */
export function allowed(values: string, remedy: string): string {
  return `allowed ${values}. ${remedy}.`;
}

/** Puts a issue together, so that every rule names value, allowed values and remedy. */
export function issue(path: string, given: unknown, values: string, remedy: string): TopologyIssue {
  return { path, given, needed: allowed(values, remedy) };
}

function quote(given: unknown): string {
  if (given === undefined) return 'nothing';
  if (typeof given === 'string') return `'${given}'`;
  if (typeof given === 'number' || typeof given === 'bigint') return String(given);
  return JSON.stringify(given) ?? typeof given;
}
