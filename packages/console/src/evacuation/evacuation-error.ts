/** An operator's request came to nothing. */
export class EvacuationError extends Error {
  override readonly name = 'EvacuationError';
  /** What to do; null where nothing is known. */
  readonly remedy: string | null;

  constructor(message: string, { remedy, ...options }: { remedy: string | null } & ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
