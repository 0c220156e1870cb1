import { useId } from 'react';

/** JSON that the user writes, in several lines. */
export interface JsonFieldProps {
  readonly label: string;
  readonly value: string;
  /** Why it cannot be sent; null where it can. */
  readonly fault: string | null;
  readonly onChange: (text: string) => void;
  /** @default 3 */
  readonly rows?: number;
  /** For tests; that of the note ends with `-note`. */
  readonly testId: string;
}

/** A text of JSON with a label, and below it how large it is or what is wrong with it. */
export function JsonField({ label, value, fault, onChange, rows = 3, testId }: JsonFieldProps) {
  const id = useId();
  const note = fault ?? `${new TextEncoder().encode(value).length} bytes`;
  return (
    <div className={fault === null ? 'field' : 'field field-invalid'}>
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        className="input items-json"
        rows={rows}
        value={value}
        spellCheck={false}
        aria-invalid={fault !== null || undefined}
        aria-describedby={`${id}-note`}
        data-testid={testId}
        onChange={({ target }) => onChange(target.value)}
      />
      <p id={`${id}-note`} className="field-note" data-testid={`${testId}-note`}>
        {note}
      </p>
    </div>
  );
}
