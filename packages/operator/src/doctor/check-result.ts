/** How much a finding matters: `fault` fails the command, `warning` should be read, `note` may be, `ok` is fine. */
export type CheckLevel = 'ok' | 'note' | 'warning' | 'fault';

/** One thing that a check found. */
export interface CheckResult {
  /** The check, such as `domain`. */
  readonly check: string;
  /** Stage it is about, or null where it is about this machine or the topology as a whole. */
  readonly stage: string | null;
  readonly level: CheckLevel;
  /** What is the case. */
  readonly what: string;
  /** Why that matters. @default - it speaks for itself */
  readonly why?: string;
  /** What to do. @default - nothing */
  readonly remedy?: string;
}
