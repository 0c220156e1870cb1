import { validationError } from '../protocol/service-error.ts';
import type { TableDefinition } from '../table-definition.ts';
import { type AttributeMap, type AttributeValue, canonicalNumber, isObject } from './attribute-value.ts';

/** A primary key as one text, equal for equal keys: `<length of the partition key>:<partition key><sort key>`. */
export type ItemKey = string;

type KeyType = 'S' | 'N' | 'B';

/** Reads and writes the primary keys of one table. */
export interface KeyCodec {
  readonly names: readonly string[];
  /**
   * The key of an item that is to be put.
   *
   * @throws {ServiceError} `ValidationException` when a key attribute is missing, empty or of another type
   */
  ofItem(item: AttributeMap): ItemKey;
  /**
   * The key that a request names.
   *
   * @throws {ServiceError} `ValidationException` when it does not have exactly the table's key attributes
   */
  ofKey(key: AttributeMap): ItemKey;
  /** The attributes of a key that this codec made. */
  attributesOf(key: ItemKey): AttributeMap;
}

/** Makes the codec of a table's primary key. */
export function createKeyCodec(definition: TableDefinition): KeyCodec {
  const elements = definition.keySchema.map(({ AttributeName: name }) => ({
    name,
    type:
      definition.attributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType ??
      'S',
  }));
  const [partition, sort] = elements;
  if (partition === undefined)
    throw new TypeError(`Cannot key the table ${definition.tableName}: no key schema`);
  const encode = (texts: readonly string[]): ItemKey => {
    const [first = '', second = ''] = texts;
    return `${first.length}:${first}${second}`;
  };
  return {
    names: elements.map(({ name }) => name),
    ofItem: (item) => encode(elements.map(({ name, type }) => keyTextOfItem(item, name, type))),
    ofKey: (key) => {
      if (!isObject(key) || Object.keys(key).length !== elements.length) throw keyMismatch();
      return encode(elements.map(({ name, type }) => keyTextOfKey(key[name], name, type)));
    },
    attributesOf: (key) => {
      const colon = key.indexOf(':');
      const end = colon + 1 + Number(key.slice(0, colon));
      const attributes: Record<string, AttributeValue> = {
        [partition.name]: { [partition.type]: key.slice(colon + 1, end) },
      };
      if (sort !== undefined) attributes[sort.name] = { [sort.type]: key.slice(end) };
      return attributes;
    },
  };
}

function keyTextOfItem(item: AttributeMap, name: string, type: KeyType): string {
  const value = item[name];
  if (value === undefined)
    throw validationError(`One or more parameter values were invalid: Missing the key ${name} in the item`);
  const text = value[type];
  if (typeof text !== 'string') {
    const actual = Object.keys(value)[0] ?? 'none';
    throw validationError(
      `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${type} actual: ${actual}`,
    );
  }
  return nonEmpty(text, name, type);
}

function keyTextOfKey(value: AttributeValue | undefined, name: string, type: KeyType): string {
  const text = value?.[type];
  if (typeof text !== 'string') throw keyMismatch();
  return nonEmpty(text, name, type);
}

function nonEmpty(text: string, name: string, type: KeyType): string {
  if (text === '') {
    const kind = type === 'B' ? 'binary' : 'string';
    throw validationError(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
    );
  }
  if (type === 'N') return canonicalNumber(text);
  // Base64 may be written in more than one way; equal bytes must give equal keys.
  return type === 'B' ? Buffer.from(text, 'base64').toString('base64') : text;
}

function keyMismatch() {
  return validationError('The provided key element does not match the schema');
}
