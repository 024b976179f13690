import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useContent } from '../context/content-context.js';

interface InternalLinkProps {
  /** A path of the page, without a proxy's prefix; in a static file any relative address. */
  href: string;
  className?: string;
  children: ReactNode;
}

/** A link to another place of the page. */
export function InternalLink({ href, className, children }: InternalLinkProps) {
  if (useContent().static)
    return (
      <a href={href} className={className}>
        {children}
      </a>
    );
  return (
    <Link href={href} className={className}>
      {children}
    </Link>
  );
}
