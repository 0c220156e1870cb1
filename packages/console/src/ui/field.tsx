import { type ComponentProps, type ReactNode, useId } from 'react';
import { classNames } from './badge.tsx';

interface Labelled {
  readonly label: ReactNode;
  /** What may be entered, below the input. */
  readonly hint?: ReactNode;
  /** What is wrong with what was entered; replaces the hint. */
  readonly error?: string | undefined;
  /** Keeps the label for those who hear it and hides it from those who see it. @default false */
  readonly isLabelHidden?: boolean;
}

/** An input with its label, and what may be entered. */
export interface FieldProps extends Labelled, ComponentProps<'input'> {
  /** Unit, on the right within the input. */
  readonly unit?: string;
}

/** One line of input with a label. */
export function Field({ label, hint, error, isLabelHidden, unit, className, ...rest }: FieldProps) {
  const id = useId();
  return (
    <Labelling
      id={id}
      label={label}
      hint={hint}
      error={error}
      isLabelHidden={isLabelHidden}
      className={className}
    >
      <span className="field-input">
        <input
          {...rest}
          id={id}
          className={classNames('input', unit !== undefined && 'input-with-unit')}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={describedBy(id, { hint, error })}
        />
        {unit !== undefined && (
          <span className="field-unit" aria-hidden="true">
            {unit}
          </span>
        )}
      </span>
    </Labelling>
  );
}

/** A choice with its label. */
export interface SelectProps extends Labelled, ComponentProps<'select'> {}

/** A choice among few, with a label; `children` are its options. */
export function Select({ label, hint, error, isLabelHidden, className, children, ...rest }: SelectProps) {
  const id = useId();
  return (
    <Labelling
      id={id}
      label={label}
      hint={hint}
      error={error}
      isLabelHidden={isLabelHidden}
      className={className}
    >
      <select {...rest} id={id} className="input" aria-describedby={describedBy(id, { hint, error })}>
        {children}
      </select>
    </Labelling>
  );
}

function Labelling({
  id,
  label,
  hint,
  error,
  isLabelHidden = false,
  className,
  children,
}: { [Name in keyof Labelled]: Labelled[Name] | undefined } & {
  readonly id: string;
  readonly className: string | undefined;
  readonly children: ReactNode;
}) {
  const note = error ?? hint;
  return (
    <div className={classNames('field', error !== undefined && 'field-invalid', className)}>
      <label htmlFor={id} className={isLabelHidden ? 'visually-hidden' : 'field-label'}>
        {label}
      </label>
      {children}
      {note !== undefined && (
        <p id={`${id}-note`} className="field-note">
          {note}
        </p>
      )}
    </div>
  );
}

function describedBy(id: string, { hint, error }: Pick<Labelled, 'hint' | 'error'>): string | undefined {
  return hint === undefined && error === undefined ? undefined : `${id}-note`;
}
