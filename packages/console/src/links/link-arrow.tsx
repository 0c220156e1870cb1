import type { LinkView } from './describe-link.ts';

/** What flows is drawn as dashes that move; what does not, as what stops it. The words beside it say the same. */
export function LinkArrow({
  flow,
  color,
  isBackwards,
}: {
  readonly flow: LinkView['flow'];
  readonly color: string;
  /** Whether it leads to a region that stands further left. */
  readonly isBackwards: boolean;
}) {
  const isBroken = flow === 'cut' || flow === 'stalled';
  return (
    <svg
      className={`arrow arrow-${flow}`}
      viewBox="0 0 200 16"
      preserveAspectRatio="none"
      aria-hidden="true"
      style={{ color, transform: isBackwards ? 'scaleX(-1)' : undefined }}
    >
      <path className="arrow-base" d={isBroken ? 'M2 8H86M114 8H188' : 'M2 8H188'} />
      {!isBroken && <path className="arrow-flow" d="M2 8H188" />}
      {isBroken && <path className="arrow-break" d="M94 3l12 10M106 3l-12 10" />}
      <path className="arrow-head" d="M188 2.5l10 5.5-10 5.5z" />
    </svg>
  );
}
