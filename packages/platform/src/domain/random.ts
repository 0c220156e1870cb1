/** Gives a random whole number from 0 to below `limit`, each as likely; `limit` is at most 2^48 - 1. */
export type RandomInteger = (limit: number) => number;
