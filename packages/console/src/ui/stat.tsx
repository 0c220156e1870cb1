import type { ReactNode } from 'react';
import { classNames, type Tone } from './badge.tsx';

/** One number and what it counts. */
export interface StatProps {
  readonly label: ReactNode;
  /** The number as it is to be read, or a dash while there is none. */
  readonly value: ReactNode;
  readonly unit?: string;
  /** What the number is measured by or over, in small letters. */
  readonly note?: ReactNode;
  /** @default 'neutral' */
  readonly tone?: Tone;
}

/** A number with its label; to be put into a {@link StatList}. */
export function Stat({ label, value, unit, note, tone = 'neutral' }: StatProps) {
  return (
    <div className={classNames('stat', `tone-${tone}`)}>
      <dt className="stat-label">{label}</dt>
      <dd className="stat-value">
        {value}
        {unit !== undefined && <span className="stat-unit"> {unit}</span>}
        {note !== undefined && <span className="stat-note">{note}</span>}
      </dd>
    </div>
  );
}

/** A row of {@link Stat}s that wraps. */
export function StatList({ children }: { readonly children: ReactNode }) {
  return <dl className="stat-list">{children}</dl>;
}
