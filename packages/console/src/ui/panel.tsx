import type { ReactNode } from 'react';
import { classNames } from './badge.tsx';

/** A titled part of the page. */
export interface PanelProps {
  /** Where a link to the panel leads; its heading is `<id>-title`. */
  readonly id: string;
  readonly title: string;
  /** One or two sentences on what is seen here. */
  readonly description?: ReactNode;
  /** Buttons and switches, on the right of the title. */
  readonly actions?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A section of the page with a heading of level two. It is a landmark by its title. */
export function Panel({ id, title, description, actions, className, children }: PanelProps) {
  const titleId = `${id}-title`;
  return (
    <section id={id} aria-labelledby={titleId} className={classNames('panel', className)}>
      <header className="panel-header">
        <div className="panel-heading">
          <h2 id={titleId} className="panel-title">
            {title}
          </h2>
          {description !== undefined && <p className="panel-description">{description}</p>}
        </div>
        {actions !== undefined && <div className="panel-actions">{actions}</div>}
      </header>
      <div className="panel-body">{children}</div>
    </section>
  );
}
