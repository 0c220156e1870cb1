import { HOP_HEADERS } from '../http-api/hop-headers.ts';

/**
 * Of headers as they came, names and values in turn, those that go on: without those of one hop and those that
 * `Connection` names. Order, case and repetitions stay, so that a signature over them holds.
 */
export function endToEndHeaders(rawHeaders: readonly string[]): string[] {
  const named = new Set(
    pairsOf(rawHeaders)
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, value]) => value.split(',').map((option) => option.trim().toLowerCase())),
  );
  return pairsOf(rawHeaders)
    .filter(([name]) => !HOP_HEADERS.has(name.toLowerCase()) && !named.has(name.toLowerCase()))
    .flat();
}

function pairsOf(rawHeaders: readonly string[]): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  return pairs;
}
