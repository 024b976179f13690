import type { StickerItem } from '@discord-relay/contracts';
import { lazy, Suspense } from 'react';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { stickerUrl } from '../context/cdn.js';
import { useContent } from '../context/content-context.js';
import { useReducedMotion } from '../markdown-view/use-reduced-motion.js';
import { Picture } from '../media/picture.js';
import { StickerName } from './sticker-name.js';

const LottieSticker = lazy(() => import('./lottie-sticker.js'));

const SIZE = { width: 160, height: 160 };
/** Discord's sticker formats; 1 is PNG and 2 an animated PNG. */
const LOTTIE = 3;
const GIF = 4;

export function Stickers({ stickers }: { stickers: readonly StickerItem[] }) {
  return (
    <div className="stickers">
      {stickers.map((sticker) => (
        <Sticker key={sticker.id} sticker={sticker} />
      ))}
    </div>
  );
}

function Sticker({ sticker }: { sticker: StickerItem }) {
  const { media } = useContent();
  const isStill = useReducedMotion();
  const name = <StickerName name={sticker.name} />;
  if (!media) return name;
  if (sticker.formatType === LOTTIE)
    return (
      <Suspense fallback={name}>
        <LottieSticker src={stickerUrl(sticker.id, 'json')} name={sticker.name} isStill={isStill} />
      </Suspense>
    );
  const src = stickerUrl(sticker.id, sticker.formatType === GIF && !isStill ? 'gif' : 'png');
  return <Picture className="sticker" src={src} alt={CONTENT_TEXTS.sticker(sticker.name)} size={SIZE} />;
}
