import type { ReactNode } from 'react';
import { Link } from 'wouter';

interface InternalLinkProps {
  /** A path of the page, without a proxy's prefix. */
  href: string;
  className?: string;
  children: ReactNode;
}

/** A link to another place of the page. */
export function InternalLink({ href, className, children }: InternalLinkProps) {
  return (
    <Link href={href} className={className}>
      {children}
    </Link>
  );
}
