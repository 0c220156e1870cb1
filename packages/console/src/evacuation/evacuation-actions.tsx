import { type EvacuationState, restore } from '@gsp/client/operator';
import { type FormEvent, useState } from 'react';
import { usePlatform } from '../platform/platform-context.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { EvacuateForm, type OperatorFormProps } from './evacuate-form.tsx';
import { OperatorFailure, OperatorFields } from './operator-fields.tsx';
import { useOperatorAction, useOperatorOptions } from './use-evacuations.ts';

/** A region and what is known of its evacuation. */
export interface EvacuationActionsProps {
  readonly region: string;
  readonly state: EvacuationState | undefined;
  /** Told when something was changed, so that it is seen at once. */
  readonly onChanged: () => void;
}

/** The button that takes a region out of service, or the one that puts it back; each asks first. */
export function EvacuationActions({ region, state, onChanged }: EvacuationActionsProps) {
  const { regions } = usePlatform();
  const [isOpen, setOpen] = useState(false);
  const isEvacuated = state?.status === 'evacuated' || state?.status === 'partly';
  // A question that is open stays the question that was asked, whatever the probes say meanwhile.
  const [question, setQuestion] = useState<'evacuate' | 'restore'>('evacuate');
  const close = (): void => setOpen(false);
  const done = (): void => {
    close();
    onChanged();
  };
  const open = (): void => {
    setQuestion(isEvacuated ? 'restore' : 'evacuate');
    setOpen(true);
  };
  if (regions.length < 2) return null;
  return (
    <>
      <Button
        size="small"
        aria-haspopup="dialog"
        aria-label={`${isEvacuated ? 'Restore' : 'Evacuate'} ${region}…`}
        onClick={open}
      >
        {isEvacuated ? 'Restore…' : 'Evacuate…'}
      </Button>
      <Dialog
        isOpen={isOpen}
        onClose={close}
        title={question === 'evacuate' ? `Evacuate ${region}` : `Restore ${region}`}
      >
        {question === 'evacuate' ? (
          <EvacuateForm region={region} onDone={done} onCancel={close} />
        ) : (
          <RestoreForm region={region} onDone={done} onCancel={close} />
        )}
      </Dialog>
    </>
  );
}

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
