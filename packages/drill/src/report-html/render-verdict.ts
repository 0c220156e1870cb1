import { type Html, html } from './html.ts';

/** Kept or missed, in a sign, a word and a colour, so that none of them is needed alone. */
export function renderVerdict(isKept: boolean): Html {
  return isKept
    ? html`<span class="verdict kept">✔ kept</span>`
    : html`<span class="verdict missed">✖ missed</span>`;
}
