import { useState } from 'react';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import type { Size } from './fit.js';

interface PictureProps {
  src: string | null;
  alt: string;
  size: Size;
  className?: string;
}

/** An image in a box of fixed size, loaded or not, so that the layout does not shift. */
export function Picture({ src, alt, size, className }: PictureProps) {
  const [broken, setBroken] = useState<string | null>(null);
  const style = { width: size.width, aspectRatio: `${size.width} / ${size.height}` };
  return (
    <span className={className === undefined ? 'picture' : `picture ${className}`} style={style}>
      {src === null || broken === src ? (
        <span className="picture-missing">
          <span>{CONTENT_TEXTS.media.missing}</span>
          {alt !== '' && <bdi>{alt}</bdi>}
        </span>
      ) : (
        <img
          src={src}
          alt={alt}
          width={size.width}
          height={size.height}
          loading="lazy"
          decoding="async"
          onError={() => setBroken(src)}
        />
      )}
    </span>
  );
}

/** A decorative image beside a name; the name suffices if it does not load. */
export function Icon({ src, className }: { src: string | null; className: string }) {
  const [broken, setBroken] = useState<string | null>(null);
  if (src === null || broken === src) return null;
  return <img className={className} src={src} alt="" loading="lazy" onError={() => setBroken(src)} />;
}
