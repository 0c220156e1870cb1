/** A page that keeps notes: the shortest use of the client. Replace it with your own. */
import { type Item, isPlatformClientError } from '@gsp/client';
import { client } from '../client.ts';

const NOTES = 'notes';

const form = find('form', HTMLFormElement);
const text = find('text', HTMLInputElement);
const answer = find('answer', HTMLElement);
const notes = find('notes', HTMLElement);

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void report(async () => {
    const { answer } = await client.writeItem({ pk: NOTES, data: { text: text.value } });
    form.reset();
    await show();
    return `Saved in ${answer.region} with ${answer.attempts} request(s).`;
  });
});

void report(async () => {
  await show();
  return undefined;
});

async function show(): Promise<void> {
  const { items } = await client.listItems({ pk: NOTES, limit: 20 });
  notes.replaceChildren(...items.map(line));
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
