import type { RegionView } from '@gsp/client';
import { evacuationState } from '@gsp/client/operator';
import type { TwinState } from '@gsp/twin/control';
import { describe, expect, it } from 'vitest';
import { describeTwinRoute } from '../src/regions/describe-status.ts';
import { regionModels } from '../src/regions/region-model.ts';
import { route53Of, twinRegion, twinState } from './twin-state-fixture.ts';

const regions = [
  { region: 'eu-west-1', endpoint: 'http://127.0.0.1:4011', role: 'primary' },
  { region: 'eu-central-1', endpoint: 'http://127.0.0.1:4012', role: 'secondary' },
];

const clientRegions: readonly RegionView[] = regions.map(({ region, endpoint }, index) => ({
  region,
  endpoint,
  state: 'closed',
  isPreferred: index === 0,
  latencyMs: 12,
  p95Ms: null,
  reason: null,
}));

function evacuations(evacuated: string | null) {
  return regions.map(({ region }) =>
    evacuationState(region, [{ peer: 'peer', isEvacuated: region === evacuated, expiresAt: null }]),
  );
}

/** The models of a twin in this state. */
function models(state: TwinState, evacuated: string | null = null) {
  return regionModels({
    regions,
    twinState: state,
    hasTwin: true,
    observed: new Map(),
    route: describeTwinRoute(state),
    clientRegions,
    evacuations: evacuations(evacuated),
  });
}

describe('regionModels()', () => {
  it('joins what twin, DNS, client and peers say of each region', () => {
    const [primary, secondary] = models(twinState());
    expect(primary).toMatchObject({
      index: 0,
      status: { label: 'running' },
      health: { label: 'healthy' },
      isAnswered: true,
      standing: { label: 'preferred', latencyMs: 12 },
      evacuation: { status: 'in-service' },
      unnoticed: null,
    });
    expect(secondary).toMatchObject({ index: 1, isAnswered: false, standing: { label: 'in reserve' } });
  });

  it('says what Route 53 has yet to notice: a region that is gone, evacuated, or back', () => {
    const killed = twinRegion('eu-west-1', { status: 'stopped', reason: 'killed' });
    const gone = twinState({ regions: [killed, twinRegion('eu-central-1')] });
    const back = twinState({ route53: route53Of({ peer: 'eu-central-1', healthy: false }) });
    expect(models(gone)[0]?.unnoticed).toBe('not noticed yet, up to 90 s');
    expect(models(twinState(), 'eu-west-1')[0]?.unnoticed).toBe('not noticed yet, up to 90 s');
    expect(models(back)[0]?.unnoticed).toBe('well again, up to 90 s');
  });

  it('claims nothing of a region that is slow, whose check may pass or not', () => {
    const slow = twinRegion('eu-west-1', { slowMs: 800 });
    const route53 = route53Of({ peer: 'eu-central-1', healthy: false });
    const state = twinState({ route53, regions: [slow, twinRegion('eu-central-1')] });
    expect(models(state)[0]).toMatchObject({ unnoticed: null, conditions: ['slow, +800 ms'] });
  });

  it('knows a region by what it answered where there is no twin', () => {
    const observed = new Map([
      [
        'eu-west-1',
        {
          region: 'eu-west-1',
          isHealthy: true,
          isReachable: true,
          said: 'HTTP 200',
          latencyMs: 30,
          at: '2026-11-23T10:00:00.000Z',
        },
      ],
    ]);
    const sources = { regions, twinState: null, hasTwin: false, route: null, clientRegions, evacuations: [] };
    const [asked, notAsked] = regionModels({ ...sources, observed });
    expect(asked).toMatchObject({
      status: { label: 'answers' },
      health: { label: 'healthy' },
      isAnswered: null,
    });
    expect(notAsked).toMatchObject({ status: { label: 'asking' }, evacuation: undefined });
  });

  it('says that it does not know while a twin has not answered', () => {
    const sources = { regions, twinState: null, hasTwin: true, route: null, clientRegions, evacuations: [] };
    const [model] = regionModels({ ...sources, observed: new Map() });
    expect(model).toMatchObject({ status: { label: 'unknown' }, health: null, twinRegion: undefined });
  });
});
