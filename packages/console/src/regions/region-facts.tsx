import type { EvacuationState } from '@gsp/client/operator';
import type { ReactNode } from 'react';
import { usePlatform } from '../platform/platform-context.tsx';
import { Badge } from '../ui/badge.tsx';
import { durationText, forText, untilText } from '../ui/duration-text.ts';
import { useNow } from '../ui/use-now.ts';
import type { HealthView } from './describe-health.ts';
import type { ClientStanding, RouteView } from './describe-status.ts';
import type { RegionModel } from './region-model.ts';

const UNKNOWN = 'not known yet';

/** What is known of a region, line by line; every line is always there, so that nothing moves when something changes. */
export function RegionFacts({
  model,
  route,
}: {
  readonly model: RegionModel;
  readonly route: RouteView | null;
}) {
  const { health, unnoticed, isAnswered, standing, evacuation, endpoint, twinRegion } = model;
  const { twin } = usePlatform();
  const nowMs = useNow();
  // A twin that has never answered has not said either that there is no check and no name.
  const isUnknown = twin !== null && twin.state === null;
  return (
    <dl className="facts">
      <Fact label="Health check">
        <HealthFact health={health} unnoticed={unnoticed} nowMs={nowMs} isUnknown={isUnknown} />
      </Fact>
      <Fact label="DNS">
        {isAnswered === null ? (
          <span className="fact-quiet">{isUnknown ? UNKNOWN : 'no global name'}</span>
        ) : (
          <>
            <Badge tone={isAnswered ? 'good' : 'neutral'}>{isAnswered ? 'answered' : 'not answered'}</Badge>
            {route?.policy != null && <span className="fact-note">{route.policy}</span>}
          </>
        )}
      </Fact>
      <Fact label="Service">
        <EvacuationFact evacuation={evacuation} nowMs={nowMs} />
      </Fact>
      <Fact label="This client">
        <ClientFact standing={standing} />
      </Fact>
      {twin !== null && (
        <Fact label="Requests">
          <RequestsFact requests={twinRegion?.requests ?? null} />
        </Fact>
      )}
      <Fact label="API">
        <a className="mono fact-url" href={`${endpoint}/openapi.json`} target="_blank" rel="noreferrer">
          {endpoint}
        </a>
      </Fact>
    </dl>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function HealthFact({
  health,
  unnoticed,
  nowMs,
  isUnknown,
}: {
  readonly health: HealthView | null;
  readonly unnoticed: string | null;
  readonly nowMs: number;
  readonly isUnknown: boolean;
}) {
  if (health === null)
    return <span className="fact-quiet">{isUnknown ? UNKNOWN : 'none decides over it'}</span>;
  const since = health.since === null ? null : forText(health.since, nowMs);
  // What is yet to be noticed takes the place of the rest: the line keeps its height on a phone.
  const notes = unnoticed === null ? [since, health.checkers ?? health.note] : [unnoticed];
  return (
    <>
      <Badge tone={health.tone} title={health.note ?? undefined}>
        {health.label}
      </Badge>
      <span className="fact-note">{notes.filter((note) => note !== null).join(' · ')}</span>
    </>
  );
}

function EvacuationFact({
  evacuation,
  nowMs,
}: {
  readonly evacuation: EvacuationState | undefined;
  readonly nowMs: number;
}) {
  if (evacuation === undefined) return <span className="fact-quiet">asking its peers</span>;
  const { status, expiresAt, probes } = evacuation;
  if (status === 'in-service') return <Badge tone="good">in service</Badge>;
  if (status === 'unknown')
    return <span className="fact-quiet">{probes.length === 0 ? 'it has no peer' : 'no peer answers'}</span>;
  return (
    <>
      <Badge tone="warn">{status === 'evacuated' ? 'evacuated' : 'evacuated, says a peer'}</Badge>
      {expiresAt !== null && <span className="fact-note">ends {untilText(expiresAt, nowMs)}</span>}
    </>
  );
}

function ClientFact({ standing }: { readonly standing: ClientStanding }) {
  const { tone, label, note, latencyMs, p95Ms } = standing;
  const times = [
    latencyMs === null ? null : durationText(latencyMs),
    p95Ms === null ? null : `p95 ${durationText(p95Ms)}`,
  ].filter((time) => time !== null);
  return (
    <>
      <Badge tone={tone} title={note ?? undefined}>
        {label}
      </Badge>
      {times.length > 0 && <span className="fact-note numeric">{times.join(' · ')}</span>}
    </>
  );
}

function RequestsFact({
  requests,
}: {
  readonly requests: { readonly total: number; readonly serverErrors: number } | null;
}) {
  if (requests === null) return <span className="fact-quiet">no answer</span>;
  const { total, serverErrors } = requests;
  return (
    <span className="fact-note numeric">
      {total.toLocaleString('en')} answered, {serverErrors.toLocaleString('en')} with 5xx
    </span>
  );
}
