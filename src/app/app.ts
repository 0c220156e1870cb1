/** A page that keeps notes: the shortest use of the client. Replace it with your own. */
import { type Item, isPlatformClientError } from '@gsp/client';
import { client } from '../client.ts';

const NOTES = 'notes';
const shown = new Map<string, Item>();

const form = find('form', HTMLFormElement);
const text = find('text', HTMLInputElement);
const answer = find('answer', HTMLElement);
const notes = find('notes', HTMLElement);

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void report(async () => {
    const { item, answer } = await client.writeItem({ pk: NOTES, data: { text: text.value } });
    form.reset();
    show([item]);
    return `Saved in ${answer.region} with ${answer.attempts} request(s).`;
  });
});

void report(async () => {
  const { items } = await client.listItems({ pk: NOTES, limit: 20 });
  show(items);
  return undefined;
});

/** Adds to what is shown. A list of another region may lag behind a write of this page, so none takes a note away. */
function show(items: readonly Item[]): void {
  for (const item of items) shown.set(item.sk, item);
  notes.replaceChildren(...[...shown.values()].map(line));
}

function line({ data, region, updatedAt }: Item): HTMLLIElement {
  const element = document.createElement('li');
  const note = typeof data === 'object' && data !== null && 'text' in data ? String(data.text) : '';
  element.textContent = `${note} (${region}, ${new Date(updatedAt).toLocaleTimeString()})`;
  return element;
}

/** Shows how it went: what the work says, or why it failed. */
async function report(work: () => Promise<string | undefined>): Promise<void> {
  try {
    answer.textContent = (await work()) ?? answer.textContent;
  } catch (error) {
    if (!isPlatformClientError(error)) throw error;
    answer.textContent = error.message;
  }
}

function find<E extends HTMLElement>(id: string, kind: new () => E): E {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`The page has no ${kind.name} with the id "${id}".`);
}
