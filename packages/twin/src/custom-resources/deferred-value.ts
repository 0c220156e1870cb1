/** An attribute of a custom resource: only its function knows it, and that runs when the region does. */
export interface DeferredValue {
  /** Stack name and logical id, which name a resource in a region. */
  readonly resourceId: string;
  /** `Ref` for the physical id. */
  readonly attribute: string;
}

/** Attributes by resource id, as the custom resources gave them. */
export type DeferredValues = Readonly<Record<string, Readonly<Record<string, string>>>>;

const MARK = /\[custom resource: (\S+) ([^\]]+)\]/g;

/**
 * Stands for a deferred value in a resolved text. It is a text itself, so that it goes through `Fn::Join` and
 * `Fn::Sub`, through JSON and between processes, and is replaced where it ends up.
 */
export function deferredText({ resourceId, attribute }: DeferredValue): string {
  return `[custom resource: ${resourceId} ${attribute}]`;
}

/** Every deferred value in the texts of a JSON value. */
export function deferredValuesIn(value: unknown): DeferredValue[] {
  if (typeof value === 'string') {
    return [...value.matchAll(MARK)].map(([, resourceId = '', attribute = '']) => ({
      resourceId,
      attribute,
    }));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(deferredValuesIn);
}

/** The text with every deferred value replaced. */
export function replaceDeferred(text: string, replacement: (value: DeferredValue) => string): string {
  return text.replaceAll(MARK, (_, resourceId: string, attribute: string) =>
    replacement({ resourceId, attribute }),
  );
}

/**
 * A JSON value with every deferred value in its texts replaced by what it came to.
 *
 * @throws {RangeError} when a value is missing
 */
export function withDeferred<T>(value: T, values: DeferredValues): T {
  return mapTexts(value, (deferred) => {
    const known = values[deferred.resourceId]?.[deferred.attribute];
    if (known !== undefined) return known;
    throw new RangeError(
      `Cannot resolve ${deferred.attribute} of ${deferred.resourceId}: the custom resource has not given it`,
    );
  });
}

/** The same where not every value is known yet: those stay deferred. */
export function withKnown<T>(value: T, values: DeferredValues): T {
  return mapTexts(
    value,
    (deferred) => values[deferred.resourceId]?.[deferred.attribute] ?? deferredText(deferred),
  );
}

function mapTexts<T>(value: T, replacement: (deferred: DeferredValue) => string): T {
  const mapped = (part: unknown): unknown => {
    if (typeof part === 'string') return replaceDeferred(part, replacement);
    if (Array.isArray(part)) return part.map(mapped);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, mapped(member)]));
  };
  // Texts stay texts and everything else keeps its place, so that the shape is what it was.
  return mapped(value) as T;
}
