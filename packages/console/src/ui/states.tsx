import type { ReactNode } from 'react';

/** What there would be, and what to do to see it. */
export interface EmptyStateProps {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** Stands where something will be: says what, and how it gets there. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className="state state-empty">
      <p className="state-title">{title}</p>
      {children !== undefined && <div className="state-text">{children}</div>}
      {action !== undefined && <div className="state-action">{action}</div>}
    </div>
  );
}

/** What went wrong, in the words of whoever refused, and what to do. */
export interface ErrorStateProps {
  readonly title: string;
  /** Text of the error, with its remedy. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** Says what went wrong where it went wrong; read out when it appears. */
export function ErrorState({ title, children, action }: ErrorStateProps) {
  return (
    <div className="state state-error" role="alert">
      <p className="state-title">{title}</p>
      {children !== undefined && <div className="state-text">{children}</div>}
      {action !== undefined && <div className="state-action">{action}</div>}
    </div>
  );
}

/** Keeps the place of what is being loaded, so that nothing jumps when it is there; silent without a label. */
export function Skeleton({ lines = 3, label }: { readonly lines?: number; readonly label?: string }) {
  return (
    <div className="skeleton" role={label === undefined ? undefined : 'status'}>
      {label !== undefined && <span className="visually-hidden">{label}</span>}
      {Array.from({ length: lines }, (_, line) => (
        <span key={`line-${line.toString()}`} className="skeleton-line" aria-hidden="true" />
      ))}
    </div>
  );
}
