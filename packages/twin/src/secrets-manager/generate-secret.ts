import { randomInt } from 'node:crypto';
import type { PasswordRule, SecretOrigin } from './secret-definition.ts';

/** A whole number from 0 to below the bound. */
export type RandomInt = (bound: number) => number;

/**
 * The first value of a secret.
 *
 * @param random - for tests. @default - the system's source of random numbers
 */
export function generateSecret(origin: SecretOrigin, random: RandomInt = randomInt): string {
  if (origin.kind === 'given') return origin.text;
  const password = generatePassword(origin.rule, random);
  if (origin.within === undefined) return password;
  const { template, key } = origin.within;
  return JSON.stringify({ ...JSON.parse(template), [key]: password });
}

function generatePassword({ length, alphabets, requireEach }: PasswordRule, random: RandomInt): string {
  const draw = (alphabet: string) => alphabet.charAt(random(alphabet.length));
  const any = alphabets.join('');
  const characters = Array.from({ length }, (_, index) =>
    draw((requireEach ? alphabets[index] : undefined) ?? any),
  );
  // Fisher and Yates: the kinds that must occur would else stand first.
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = random(last + 1);
    const kept = characters[last] ?? '';
    characters[last] = characters[other] ?? '';
    characters[other] = kept;
  }
  return characters.join('');
}
