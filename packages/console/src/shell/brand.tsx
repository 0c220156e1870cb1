import type { ReactNode } from 'react';

/** The mark and the name of the platform. */
export function Brand({ children }: { readonly children?: ReactNode }) {
  return (
    <div className="brand">
      <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" className="brand-ground" />
        <circle cx="9" cy="16" r="4" fill="#fff" />
        <circle cx="23" cy="16" r="3.25" fill="none" stroke="#fff" strokeWidth="1.75" />
        <path d="M13.5 14.5h5.5M18.5 17.5h-5" stroke="#fff" strokeWidth="1.75" strokeLinecap="round" />
      </svg>
      <div className="brand-words">
        <h1 className="brand-name">Global Serverless Platform</h1>
        {children}
      </div>
    </div>
  );
}
