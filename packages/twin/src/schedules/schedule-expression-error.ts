/** A schedule expression that cannot be run. */
export class ScheduleExpressionError extends Error {
  override readonly name = 'ScheduleExpressionError';
  /** `invalid`: EventBridge refuses it too. `not-emulated`: it would take it, the twin does not. */
  readonly kind: 'invalid' | 'not-emulated';

  /** @param reason what is wrong, as part of a sentence */
  constructor(kind: ScheduleExpressionError['kind'], reason: string) {
    super(reason);
    this.kind = kind;
  }
}
