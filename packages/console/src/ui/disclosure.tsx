import type { ReactNode } from 'react';
import { classNames } from './badge.tsx';

/** Something that is shown when it is asked for. */
export interface DisclosureProps {
  readonly summary: ReactNode;
  /** What is heard in place of the summary, where that alone would not say enough. */
  readonly label?: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** The browser's own disclosure, so that keyboard, search in the page and printing work. */
export function Disclosure({ summary, label, className, children }: DisclosureProps) {
  return (
    <details className={classNames('disclosure', className)}>
      <summary aria-label={label}>{summary}</summary>
      <div className="disclosure-body">{children}</div>
    </details>
  );
}
