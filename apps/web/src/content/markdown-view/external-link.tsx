import type { ReactNode } from 'react';

interface ExternalLinkProps {
  /** http or https. */
  href: string;
  title?: string;
  className?: string;
  children: ReactNode;
}

/** A link that sends no referrer. */
export function ExternalLink({ href, title, className, children }: ExternalLinkProps) {
  return (
    <a href={href} title={title} className={className} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}
