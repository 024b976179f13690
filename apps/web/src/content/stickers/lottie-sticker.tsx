import lottie from 'lottie-web/build/player/esm/lottie_light.min.js';
import { useEffect, useRef, useState } from 'react';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { StickerName } from './sticker-name.js';

interface LottieStickerProps {
  src: string;
  name: string;
  /** Shows the first frame only. */
  isStill: boolean;
}

/** An animated vector sticker. The light player does not run expressions, which would be code. */
export default function LottieSticker({ src, name, isStill }: LottieStickerProps) {
  const box = useRef<HTMLDivElement>(null);
  const [isBroken, setBroken] = useState(false);
  useEffect(() => {
    const abort = new AbortController();
    let player: { destroy(): void } | undefined;
    const play = async () => {
      const response = await fetch(src, { signal: abort.signal });
      if (!response.ok) throw new Error(`the sticker was answered with ${response.status}`);
      const animationData: unknown = await response.json();
      if (!box.current) return;
      player = lottie.loadAnimation({
        container: box.current,
        renderer: 'svg',
        loop: !isStill,
        autoplay: !isStill,
        animationData,
      });
    };
    play().catch(() => !abort.signal.aborted && setBroken(true));
    return () => {
      abort.abort();
      player?.destroy();
    };
  }, [src, isStill]);
  if (isBroken) return <StickerName name={name} />;
  return (
    <div className="sticker sticker-lottie" ref={box} role="img" aria-label={CONTENT_TEXTS.sticker(name)} />
  );
}
