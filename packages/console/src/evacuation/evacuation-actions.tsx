import type { EvacuationState } from '@gsp/client/operator';
import { useState } from 'react';
import { usePlatform } from '../platform/platform-context.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { EvacuateForm } from './evacuate-form.tsx';
import { RestoreForm } from './restore-form.tsx';

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
