import type { JsonValue } from '../contract/json-value.ts';

/**
 * Writes a value as text that sorts as the values do: text as it is, truth values as 0 and 1, numbers by the bits of their
 * IEEE 754 form, of which a table that compares strings by their bytes makes the order of numbers.
 *
 * @returns undefined for what has no order: lists, objects and null
 */
export function sortText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'number' ? numberText(value) : undefined;
}

/** 16 hex digits. The sign is turned round, and all other bits of negative numbers, as greater ones have smaller bits. */
function numberText(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  // There is one zero for JSON.
  view.setFloat64(0, value === 0 ? 0 : value);
  const bits = view.getBigUint64(0);
  const sign = 1n << 63n;
  const ordered = (bits & sign) === 0n ? bits | sign : ~bits & ((1n << 64n) - 1n);
  return ordered.toString(16).padStart(16, '0');
}
