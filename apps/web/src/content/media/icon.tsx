import { useState } from 'react';

/** A decorative image beside a name; the name suffices if it does not load. */
export function Icon({ src, className }: { src: string | null; className: string }) {
  const [broken, setBroken] = useState<string | null>(null);
  if (src === null || broken === src) return null;
  return <img className={className} src={src} alt="" loading="lazy" onError={() => setBroken(src)} />;
}
