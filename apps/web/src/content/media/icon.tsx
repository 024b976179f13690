import { useState } from 'react';

/** A small picture beside a name, which says it all: where it cannot be loaded nothing is missing. */
export function Icon({ src, className }: { src: string | null; className: string }) {
  const [broken, setBroken] = useState<string | null>(null);
  if (src === null || broken === src) return null;
  return <img className={className} src={src} alt="" loading="lazy" onError={() => setBroken(src)} />;
}
