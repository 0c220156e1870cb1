/** The least that is a topology. */
export const plain = { project: 'shop', regions: ['eu-west-1', 'eu-central-1'] };

/** Changes to its table that need a witness or a third Region. */
export const strong = { consistency: 'strong', timeToLive: false } as const;

/** Routing that more than two Regions may have. */
export const nearest = { routing: { policy: 'latency' } } as const;

/** A topology that a user could get wrong, which path is at fault, and the value that must be named. */
export interface Mistake {
  readonly name: string;
  readonly input: unknown;
  readonly path: string;
  readonly given: string;
  readonly allowed: string;
}
