import {
  type ReactNode,
  type TdHTMLAttributes,
  type ThHTMLAttributes,
  useEffect,
  useRef,
  useState,
} from 'react';
import { classNames } from './badge.tsx';

/** A table that scrolls within itself where it is wider than the page. */
export interface TableProps {
  /** What the table holds; heard, not seen, unless `isCaptionVisible`. */
  readonly caption: string;
  /** @default false */
  readonly isCaptionVisible?: boolean;
  /** The row of {@link HeaderCell}s. */
  readonly head: ReactNode;
  /** The rows. */
  readonly children: ReactNode;
}

/** A table with a caption; rows are plain `<tr>` of {@link Cell}s. */
export function Table({ caption, isCaptionVisible = false, head, children }: TableProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [isWider, setWider] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWider(element.scrollWidth > element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // Whoever has no pointer scrolls it with the arrow keys, for which it must take the focus; else it is no stop.
  const scrolling = isWider ? { tabIndex: 0, role: 'region', 'aria-label': caption } : {};
  return (
    <div ref={frame} className="table-scroll" {...scrolling}>
      <table className="table">
        <caption className={isCaptionVisible ? 'table-caption' : 'visually-hidden'}>{caption}</caption>
        <thead>
          <tr>{head}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** The head of a column; numbers stand on the right. */
export function HeaderCell({
  isNumeric = false,
  className,
  ...rest
}: ThHTMLAttributes<HTMLTableCellElement> & { readonly isNumeric?: boolean }) {
  return <th scope="col" {...rest} className={classNames(isNumeric && 'numeric', className)} />;
}

/** One cell; numbers stand on the right, digit below digit. */
export function Cell({
  isNumeric = false,
  className,
  ...rest
}: TdHTMLAttributes<HTMLTableCellElement> & { readonly isNumeric?: boolean }) {
  return <td {...rest} className={classNames(isNumeric && 'numeric', className)} />;
}
