/** What one check of a smoke test found. */
export interface SmokeAnswer {
  readonly check: 'health' | 'live' | 'door' | 'write' | 'read' | 'headers' | 'problem' | 'region';
  readonly isGood: boolean;
  /** What was answered, and what would have been right. */
  readonly detail: string;
  /** Of the last attempt, in milliseconds. */
  readonly durationMs: number;
}
