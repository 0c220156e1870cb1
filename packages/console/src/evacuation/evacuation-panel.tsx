import { listEvacuations } from '@gsp/client/operator';
import type { EvacuationsResponse } from '@gsp/platform/contract';
import { useState } from 'react';
import { usePlatform } from '../platform/platform-context.tsx';
import { Button } from '../ui/button.tsx';
import { Panel } from '../ui/panel.tsx';
import { EmptyState } from '../ui/states.tsx';
import { AuditTrail } from './audit-trail.tsx';
import { EvacuationActions } from './evacuation-actions.tsx';
import { EvacuationList } from './evacuation-list.tsx';
import { useOperator } from './operator-context.tsx';
import { OperatorFailure } from './operator-fields.tsx';
import { type Evacuations, useOperatorAction, useOperatorOptions } from './use-evacuations.ts';

/** Which regions are out of service on purpose, as every peer knows it, and who did what. */
export function EvacuationPanel({ evacuations: { states, refresh } }: { readonly evacuations: Evacuations }) {
  const { regions } = usePlatform();
  const { source } = useOperator();
  const options = useOperatorOptions();
  const [list, setList] = useState<EvacuationsResponse | null>(null);
  const { isBusy, failure, run } = useOperatorAction(async (signal) => {
    setList(await listEvacuations({ ...options, signal }));
  });
  const changed = (): void => {
    void refresh();
    if (list !== null) void run();
  };
  return (
    <Panel
      id="evacuation"
      title="Evacuation"
      description="Taking a region out of service on purpose while it still works. A peer notes it, Route 53’s checks see it there, and traffic leaves; nobody sees a failed request."
      actions={
        <Button size="small" isBusy={isBusy} disabled={source === 'missing'} onClick={() => void run()}>
          {list === null ? 'Show the audit trail' : 'Refresh the audit trail'}
        </Button>
      }
    >
      <EvacuationList
        states={states}
        indexOf={(region) => regions.findIndex((one) => one.region === region)}
        actionsOf={(state) => <EvacuationActions region={state.region} state={state} onChanged={changed} />}
      />
      <OperatorFailure failure={failure} />
      {list !== null && list.audit.length > 0 && <AuditTrail entries={list.audit} />}
      {list !== null && list.audit.length === 0 && (
        <EmptyState title="Nobody has evacuated anything in the last 90 days." />
      )}
      {source === 'missing' && (
        <p className="panel-footnote">
          The audit trail is the operator’s to see: enter credentials where you evacuate a region.
        </p>
      )}
    </Panel>
  );
}
