/**
 * An entity or a route that cannot be served as it is defined. Thrown with every fault found, when the definition is made or
 * synthesized, never while a request is answered.
 */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
  /** The message is for a person as it stands: a command shows it without a stack. */
  readonly isExpected = true;
  readonly faults: readonly string[];

  /**
   * @param what is defined, as in `the entity 'order'`
   * @param faults each a sentence that names the value, why it cannot be and what to do; at least one
   */
  constructor(what: string, faults: readonly string[]) {
    super(
      faults.length === 1
        ? `Cannot use ${what}: ${faults[0]}`
        : `Cannot use ${what}: ${faults.length} faults\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
    this.faults = faults;
  }
}
