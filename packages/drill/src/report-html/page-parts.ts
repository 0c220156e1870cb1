import { type Html, html } from './html.ts';

/** A column: its head, and whether it holds numbers. */
export interface Column {
  readonly head: string;
  readonly isNumeric?: boolean;
}

type Cell = Html | string | number;

/** A table that scrolls by itself where the screen is narrow, by touch and by keyboard. The first cell of a row heads it. */
export function renderTable(
  caption: string,
  { columns, rows }: { columns: readonly Column[]; rows: readonly (readonly Cell[])[] },
): Html {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ head, isNumeric }) => html`<th scope="col"${isNumeric && html` class="number"`}>${head}</th>`)}</tr></thead>
<tbody>
${rows.map((cells) => renderRow(cells, columns))}</tbody>
</table>
</div>
`;
}

function renderRow(cells: readonly Cell[], columns: readonly Column[]): Html {
  const [first = '', ...others] = cells;
  return html`<tr><th scope="row">${first}</th>${others.map((cell, index) => {
    const isNumeric = columns[index + 1]?.isNumeric;
    return html`<td${isNumeric && html` class="number"`}>${cell}</td>`;
  })}</tr>
`;
}

/** Kept or missed, in a sign, a word and a colour, so that none of them is needed alone. */
export function renderVerdict(isKept: boolean): Html {
  return isKept
    ? html`<span class="verdict kept">✔ kept</span>`
    : html`<span class="verdict missed">✖ missed</span>`;
}
