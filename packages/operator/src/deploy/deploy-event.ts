/** A step of a deployment, for the journal and for whoever watches. */
export interface DeployEvent {
  readonly step:
    | 'preflight'
    | 'plan'
    | 'lock'
    | 'skip'
    | 'deploy'
    | 'smoke'
    | 'replication'
    | 'bake'
    | 'record'
    | 'rollback'
    | 'end';
  readonly state: 'begun' | 'done' | 'failed' | 'noted';
  /** Region it happens in; absent where it is about the stage. */
  readonly region?: string;
  /** How long it took; on `done` and `failed`. */
  readonly durationMs?: number;
  readonly detail?: string;
}
