import { readFile } from 'node:fs/promises';

/**
 * Reads the first block of code in a language under a heading of a document, as printed.
 *
 * @throws {Error} when there is none: then the document and its test tell of different things
 */
export async function documentedCode(
  document: string,
  { heading, language }: { readonly heading: string; readonly language: string },
): Promise<string> {
  const text = await readFile(document, 'utf8');
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  const [, code] = section.split(`\n\`\`\`${language}\n`);
  if (code === undefined)
    throw new Error(`Cannot try "${heading}" of ${document}: it has no ${language} there, one is needed.`);
  return code.slice(0, code.indexOf('\n```'));
}
