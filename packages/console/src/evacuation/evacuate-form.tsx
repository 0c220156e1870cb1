import { evacuate } from '@gsp/client/operator';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field, Select } from '../ui/field.tsx';
import { OperatorFailure, OperatorFields } from './operator-fields.tsx';
import { useOperatorAction, useOperatorOptions } from './use-evacuations.ts';

/** What a form of the operator needs. */
export interface OperatorFormProps {
  readonly region: string;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

const DURATIONS = [
  [300, '5 minutes'],
  [1_800, '30 minutes'],
  [7_200, '2 hours'],
  [28_800, '8 hours'],
  [86_400, 'a day, the longest there is'],
] as const;

const REASON_CHARACTERS_MAX = 200;

/** Asks why and for how long, and takes the region out of service through a peer. */
export function EvacuateForm({ region, onDone, onCancel }: OperatorFormProps) {
  const [reason, setReason] = useState('');
  const [expiresInSeconds, setExpires] = useState<number>(1_800);
  const options = useOperatorOptions();
  const { isBusy, failure, run } = useOperatorAction((signal) =>
    evacuate({ region, reason: reason.trim(), expiresInSeconds }, { ...options, signal }),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run().then((isDone) => isDone && onDone());
  };
  return (
    <form className="form" onSubmit={submit}>
      <p className="form-text">
        A peer notes it and says so to Route 53’s health checks. {region} goes on serving whoever still comes,
        so no request fails; DNS leads new ones elsewhere once the checks have turned.
      </p>
      <Field
        label="Reason"
        hint="For whoever reads the audit trail."
        value={reason}
        maxLength={REASON_CHARACTERS_MAX}
        required
        onChange={(event) => setReason(event.target.value)}
      />
      <Select
        label="For"
        hint="After this time it is in service again by itself."
        value={expiresInSeconds}
        onChange={(event) => setExpires(Number(event.target.value))}
      >
        {DURATIONS.map(([seconds, label]) => (
          <option key={seconds} value={seconds}>
            {label}
          </option>
        ))}
      </Select>
      <OperatorFields />
      <OperatorFailure failure={failure} />
      <div className="form-actions">
        <Button variant="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" variant="primary" isBusy={isBusy}>
          Evacuate {region}
        </Button>
      </div>
    </form>
  );
}
