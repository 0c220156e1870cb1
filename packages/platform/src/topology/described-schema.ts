import { z } from 'zod';
import { isAwsRegion } from './aws-regions.ts';
import { allowed } from './topology-error.ts';

/** A Region of the `aws` partition. */
export const region = text(
  (value) => isAwsRegion(value),
  "a Region of the aws partition, such as 'eu-west-1'",
  'Correct the spelling, or take a Region of the aws partition',
);

/** An object with these keys and no other; like all of these, it says what is allowed and what to do. */
export function object<Shape extends z.ZodRawShape>(shape: Shape) {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: allowed(`an object with the keys ${keys}`, 'Remove or respell what is not among them'),
  });
}

/** A whole number within bounds, both included. */
export function wholeNumber(min: number, max: number, remedy: string) {
  const error = allowed(`a whole number ${min}..${max}`, remedy);
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** A boolean. */
export function flag(remedy: string) {
  return z.boolean({ error: allowed('true, false', remedy) });
}

/** One of these words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words, remedy: string) {
  return z.enum(words, { error: allowed(words.map((word) => `'${word}'`).join(', '), remedy) });
}

/** A text that `accepts` takes; `values` says which those are. */
export function text(accepts: (value: string) => boolean, values: string, remedy: string) {
  const error = allowed(values, remedy);
  return z.string({ error }).refine(accepts, { error });
}
