import { randomInt } from 'node:crypto';
import type { RandomInteger } from '../domain/random.ts';

/** Random whole numbers from the operating system: two regions, or two environments of one, never share a sequence. */
export const randomInteger: RandomInteger = (limit) => randomInt(limit);
