import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { Name } from '../../ui/name.js';

export function StickerName({ name }: { name: string }) {
  return (
    <span className="sticker-name">
      {CONTENT_TEXTS.stickerLabel} <Name of={name} />
    </span>
  );
}
