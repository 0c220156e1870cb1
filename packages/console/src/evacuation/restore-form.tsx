import { restore } from '@gsp/client/operator';
import type { FormEvent } from 'react';
import { Button } from '../ui/button.tsx';
import type { OperatorFormProps } from './evacuate-form.tsx';
import { OperatorFailure } from './operator-failure.tsx';
import { OperatorFields } from './operator-fields.tsx';
import { useOperatorAction } from './use-operator-action.ts';
import { useOperatorOptions } from './use-operator-options.ts';

/** Asks once more, and puts the region back into service through a peer. */
export function RestoreForm({ region, onDone, onCancel }: OperatorFormProps) {
  const options = useOperatorOptions();
  const { isBusy, failure, run } = useOperatorAction((signal) => restore(region, { ...options, signal }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void run().then((isDone) => isDone && onDone());
  };
  return (
    <form className="form" onSubmit={submit}>
      <p className="form-text">
        A peer notes it, and Route 53 answers with {region} again once its health checks agree.
      </p>
      <OperatorFields />
      <OperatorFailure failure={failure} />
      <div className="form-actions">
        <Button variant="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" variant="primary" isBusy={isBusy}>
          Restore {region}
        </Button>
      </div>
    </form>
  );
}
