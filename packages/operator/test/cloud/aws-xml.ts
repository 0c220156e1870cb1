/** XML as AWS's query and REST-XML services write it: no attributes that matter, no mixed content. */

/** How the elements of a list are called: `member` in the query protocol, the singular of the list in Route 53's. */
export type ElementOf = (list: string) => string;

export const queryElement: ElementOf = () => 'member';
export const route53Element: ElementOf = (list) => list.replace(/s$/, '');

/** A value as the SDK's types have it, as the content of an element. */
export function toXml(value: unknown, elementOf: ElementOf): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return escaped(String(value));
  return Object.entries(value)
    .filter(([, member]) => member !== undefined && member !== null)
    .map(([name, member]) => `<${name}>${content(name, member, elementOf)}</${name}>`)
    .join('');
}

function content(name: string, value: unknown, elementOf: ElementOf): string {
  if (!Array.isArray(value)) return toXml(value, elementOf);
  const element = elementOf(name);
  return value.map((item) => `<${element}>${toXml(item, elementOf)}</${element}>`).join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

interface Element {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

/** The content of a document's root element. Texts stay texts: what is a number only a schema knows. */
export function fromXml(document: string): unknown {
  const root: Element = { name: '', children: [], text: '' };
  const open: Element[] = [root];
  for (const [, tag = '', text = ''] of document.matchAll(/<([^>]+)>|([^<]+)/g)) {
    const current = open.at(-1) ?? root;
    if (text !== '') current.text += text;
    if (tag === '' || tag.startsWith('?')) continue;
    if (tag.startsWith('/')) open.pop();
    else {
      const element = { name: tag.replace(/[\s/].*$/s, ''), children: [], text: '' };
      current.children.push(element);
      if (!tag.endsWith('/')) open.push(element);
    }
  }
  const [top] = root.children;
  return top === undefined ? {} : contentOf(top);
}

/** `<Changes><Change/></Changes>` is a list, `<AddTags><Tag/></AddTags>` as well. */
function contentOf({ name, children, text }: Element): unknown {
  const [first] = children;
  if (first === undefined) return unescaped(text);
  if (name.endsWith(`${first.name}s`)) return children.map(contentOf);
  return Object.fromEntries(children.map((child) => [child.name, contentOf(child)]));
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
