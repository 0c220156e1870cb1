/** A number from 0 to below 1, as `Math.random` gives. */
export type Random = () => number;
