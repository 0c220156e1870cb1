import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { RegionTag, regionColor } from '../ui/region-tag.tsx';
import type { RegionValue } from './counter-agreement.ts';

/** What one region says the counter is, and the button that adds to it there. */
export function RegionCounter({
  value: { region, value },
  index,
  target,
  isCounting,
  onIncrement,
}: {
  readonly value: RegionValue;
  readonly index: number;
  /** What the region will say once it has heard of everything; null while that is not known. */
  readonly target: number | null;
  readonly isCounting: boolean;
  readonly onIncrement: () => void;
}) {
  const isKnown = typeof value === 'number';
  const missing = isKnown && target !== null ? Math.max(0, target - value) : 0;
  const share = isKnown && target !== null && target > 0 ? Math.min(1, value / target) : 1;
  return (
    <div className="counters-region" data-testid={`counter-region-${region}`} data-missing={missing}>
      <RegionTag region={region} index={index} />
      <p className="counters-value" data-testid={`counter-value-${region}`}>
        {isKnown ? value.toLocaleString('en-US') : '–'}
      </p>
      <div className="counters-track" aria-hidden="true">
        <span style={{ width: `${isKnown ? share * 100 : 0}%`, background: regionColor(index) }} />
      </div>
      <p className="counters-note">
        {value === null && <Badge tone="warn">no answer</Badge>}
        {value === undefined && 'reading'}
        {isKnown &&
          (missing > 0
            ? `has not heard of ${missing.toLocaleString('en-US')} yet`
            : 'has heard of everything')}
      </p>
      <Button
        aria-disabled={isCounting || undefined}
        data-testid={`counter-add-${region}`}
        onClick={onIncrement}
      >
        +1 here<span className="visually-hidden">, in {region}</span>
      </Button>
    </div>
  );
}
