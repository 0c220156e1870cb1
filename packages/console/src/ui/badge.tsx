import type { ReactNode } from 'react';

/** A word or two on a state. */
export interface BadgeProps {
  /** @default 'neutral' */
  readonly tone?: Tone;
  /** A dot before the words. @default false */
  readonly dot?: boolean;
  readonly title?: string | undefined;
  readonly children: ReactNode;
}

/** A state in a word or two; the colour only underlines the words. */
export function Badge({ tone = 'neutral', dot = false, title, children }: BadgeProps) {
  return (
    <span className={classNames('badge', `tone-${tone}`)} title={title}>
      {dot && <span className="dot" aria-hidden="true" />}
      {children}
    </span>
  );
}

/** Joins the class names that are there: `classNames('a', isB && 'b')`. */
export function classNames(...names: readonly (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}

/** What a colour says beside the words that it underlines. */
export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'info';
