import type { SynthesizedBackend } from './synthesized-backend.ts';

/** Where two Regions' templates differ, each kind of difference once, in order. */
export function differences(a: SynthesizedBackend, b: SynthesizedBackend): string[] {
  const found = new Set<string>();
  for (const name of ['root', 'platform'] as const) {
    const [left, right] = [a[name].Resources, b[name].Resources];
    for (const id of new Set([...Object.keys(left), ...Object.keys(right)])) {
      const type = left[id]?.Type ?? right[id]?.Type;
      if (left[id] === undefined || right[id] === undefined) found.add(`${name}: ${type} in one only`);
      else
        for (const path of differingPaths(left[id], right[id]))
          found.add(`${name}: ${describeDifference(type ?? '', path)}`);
    }
    for (const [path] of differingPaths(a[name].Outputs, b[name].Outputs)) found.add(`${name}: ${path}`);
  }
  return [...found].sort();
}

function describeDifference(type: string, path: readonly string[]): string {
  const isRegionTag = path[1] === 'Tags' && (path[2] === 'region' || path.at(-1) === 'Value');
  if (isRegionTag) return 'region tag';
  return `${type} ${path[1] === 'TemplateURL' ? path.slice(0, 2).join('.') : path.join('.')}`;
}

function differingPaths(a: unknown, b: unknown, path: readonly string[] = []): string[][] {
  if (Object.is(a, b)) return [];
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return [[...path]];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) => differingPaths(Reflect.get(a, key), Reflect.get(b, key), [...path, key]));
}
