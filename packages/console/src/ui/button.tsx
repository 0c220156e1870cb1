import type { ButtonHTMLAttributes } from 'react';
import { classNames } from './badge.tsx';

/** A button, and whether what it started is under way. */
export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** @default 'secondary' */
  readonly variant?: 'primary' | 'secondary' | 'danger' | 'quiet';
  /** @default 'medium' */
  readonly size?: 'small' | 'medium';
  /** Shows that it is being done and takes no second press; the button keeps its width and the focus. */
  readonly isBusy?: boolean;
}

/** A button that does something on this page. */
export function Button({
  variant = 'secondary',
  size = 'medium',
  isBusy = false,
  className,
  onClick,
  children,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={classNames('button', `button-${variant}`, `button-${size}`, className)}
      aria-busy={isBusy || undefined}
      // Not `disabled`: a disabled button loses the focus of whoever pressed it by keyboard.
      aria-disabled={isBusy || rest['aria-disabled'] || undefined}
      onClick={(event) => {
        if (isBusy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      <span className="button-label">{children}</span>
      {isBusy && <span className="spinner" aria-hidden="true" />}
    </button>
  );
}
