import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { type AmountRange, parseAmount } from './use-fault.ts';

/** One fault that takes a number. */
export interface AmountFormProps {
  readonly label: string;
  readonly range: AmountRange;
  /** What stands there before anybody has typed. */
  readonly suggested: number;
  readonly isBusy: boolean;
  /** What the button does and to what, for those who hear it: `slow eu-west-1`. */
  readonly act: string;
  readonly onApply: (value: number) => void;
}

/** A number and the button that applies it. */
export function AmountForm({ label, range, suggested, isBusy, act, onApply }: AmountFormProps) {
  const [text, setText] = useState(String(suggested));
  const [error, setError] = useState<string>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const amount = parseAmount(text, range);
    setError('error' in amount ? amount.error : undefined);
    if ('value' in amount) onApply(amount.value);
  };
  return (
    <form className="amount-form" onSubmit={submit} noValidate>
      <Field
        label={label}
        unit={range.unit}
        inputMode={range.min < 0 ? 'text' : 'numeric'}
        value={text}
        error={error}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" isBusy={isBusy}>
        Apply<span className="visually-hidden">: {act}</span>
      </Button>
    </form>
  );
}
