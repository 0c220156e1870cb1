/** What may be entered for a fault: whole numbers between two bounds, in the unit that is shown. */
export interface AmountRange {
  readonly min: number;
  readonly max: number;
  /** `ms`, `%`, `s` */
  readonly unit: string;
}

/** A number that was entered, or what is wrong with it. */
export type Amount = { readonly value: number } | { readonly error: string };

/** Reads an amount as it was typed. */
export function parseAmount(text: string, { min, max, unit }: AmountRange): Amount {
  const trimmed = text.trim().replace('−', '-');
  const value = Number(trimmed);
  const isFit = /^[+-]?\d+$/.test(trimmed) && value >= min && value <= max;
  return isFit ? { value } : { error: `A whole number from ${min} to ${max} ${unit}` };
}
