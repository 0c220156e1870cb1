/** An attribute's value as DynamoDB JSON has it: one member, named by the type. */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  /** Base64. */
  readonly B?: string;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly M?: AttributeMap;
  readonly L?: readonly AttributeValue[];
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
}

/** An item or a key: attribute names to values. */
export type AttributeMap = Readonly<Record<string, AttributeValue>>;

/** True for what may be an item: an object whose members are objects. Their content is the engine's to judge. */
export function isAttributeMap(value: unknown): value is AttributeMap {
  return isObject(value) && Object.values(value).every(isObject);
}

/** True for a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * True when two items hold the same attributes with the same values. The order of attributes and of set
 * members does not count, nor does the way a number is written; the order of list elements does.
 */
export function sameItem(left: AttributeMap, right: AttributeMap): boolean {
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => {
    const [a, b] = [left[name], right[name]];
    return a !== undefined && b !== undefined && sameValue(a, b);
  });
}

function sameValue(left: AttributeValue, right: AttributeValue): boolean {
  if (left.N !== undefined && right.N !== undefined)
    return canonicalNumber(left.N) === canonicalNumber(right.N);
  if (left.M !== undefined && right.M !== undefined) return sameItem(left.M, right.M);
  if (left.L !== undefined && right.L !== undefined) return sameList(left.L, right.L);
  if (left.SS !== undefined && right.SS !== undefined) return sameSet(left.SS, right.SS);
  if (left.BS !== undefined && right.BS !== undefined) return sameSet(left.BS, right.BS);
  if (left.NS !== undefined && right.NS !== undefined)
    return sameSet(left.NS.map(canonicalNumber), right.NS.map(canonicalNumber));
  return (
    left.S === right.S &&
    left.N === right.N &&
    left.B === right.B &&
    left.BOOL === right.BOOL &&
    left.NULL === right.NULL &&
    (left.M ?? left.L ?? left.SS ?? left.BS ?? left.NS) ===
      (right.M ?? right.L ?? right.SS ?? right.BS ?? right.NS)
  );
}

function sameList(left: readonly AttributeValue[], right: readonly AttributeValue[]): boolean {
  return (
    left.length === right.length &&
    left.every((value, index) => {
      const other = right[index];
      return other !== undefined && sameValue(value, other);
    })
  );
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  const members = new Set(left);
  return right.every((member) => members.has(member));
}

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/**
 * Writes a number as DynamoDB returns it: no exponent, no sign of zero, no leading or trailing zeros. Two
 * texts of one number give the same text. What is not a number is returned as it is, for the engine to refuse.
 */
export function canonicalNumber(text: string): string {
  const match = NUMBER.exec(text);
  if (match === null) return text;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return text;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const shifted =
    point <= 0
      ? { whole: '', fraction: '0'.repeat(-point) + digits }
      : { whole: digits.slice(0, point).padEnd(point, '0'), fraction: digits.slice(point) };
  const integer = shifted.whole.replace(/^0+/, '') || '0';
  const decimals = shifted.fraction.replace(/0+$/, '');
  const magnitude = decimals === '' ? integer : `${integer}.${decimals}`;
  return sign === '-' && magnitude !== '0' ? `-${magnitude}` : magnitude;
}

/** Levels of lists and maps within each other that an item may have. */
const DEPTH_MAX = 32;

/**
 * The item with every number in DynamoDB's own form, so that an image taken from a request equals the stored
 * one. The same object when all of them are.
 *
 * @throws {RangeError} when maps and lists are nested more deeply than DynamoDB allows
 */
export function withCanonicalNumbers(item: AttributeMap, depth = 0): AttributeMap {
  if (depth > DEPTH_MAX) throw new RangeError('Nesting Levels have exceeded supported limits');
  let changed = false;
  const entries = Object.entries(item).map(([name, value]): [string, AttributeValue] => {
    const canonical = canonicalValue(value, depth);
    changed ||= canonical !== value;
    return [name, canonical];
  });
  // Not by assignment: an attribute may be called `__proto__`.
  return changed ? Object.fromEntries(entries) : item;
}

function canonicalValue(value: AttributeValue, depth: number): AttributeValue {
  if (typeof value.N === 'string') {
    const canonical = canonicalNumber(value.N);
    return canonical === value.N ? value : { ...value, N: canonical };
  }
  if (Array.isArray(value.NS))
    return { ...value, NS: value.NS.map((member) => canonicalNumber(String(member))) };
  if (isAttributeMap(value.M)) {
    const canonical = withCanonicalNumbers(value.M, depth + 1);
    return canonical === value.M ? value : { ...value, M: canonical };
  }
  if (Array.isArray(value.L)) return { ...value, L: canonicalList(value.L, depth + 1) };
  return value;
}

function canonicalList(list: readonly AttributeValue[], depth: number): readonly AttributeValue[] {
  if (depth > DEPTH_MAX) throw new RangeError('Nesting Levels have exceeded supported limits');
  return list.map((element) => (isObject(element) ? canonicalValue(element, depth) : element));
}

/**
 * Bytes of an item as DynamoDB counts them, roughly for numbers
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
 */
export function itemSizeBytes(item: AttributeMap): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) bytes += Buffer.byteLength(name) + valueSizeBytes(value);
  return bytes;
}

function valueSizeBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberSizeBytes(value.N);
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64');
  if (value.M !== undefined) return 3 + itemSizeBytes(value.M) + Object.keys(value.M).length;
  if (value.L !== undefined) return 3 + sum(value.L, (element) => 1 + valueSizeBytes(element));
  if (value.SS !== undefined) return sum(value.SS, (member) => Buffer.byteLength(member));
  if (value.NS !== undefined) return sum(value.NS, numberSizeBytes);
  if (value.BS !== undefined) return sum(value.BS, (member) => Buffer.byteLength(member, 'base64'));
  return 1;
}

/** A byte for every two significant digits, and one more. */
function numberSizeBytes(text: string): number {
  return Math.ceil(text.replace(/^-|\./g, '').replace(/^0+|0+$/g, '').length / 2) + 1;
}

function sum<T>(elements: readonly T[], sizeOf: (element: T) => number): number {
  return elements.reduce((total, element) => total + sizeOf(element), 0);
}
