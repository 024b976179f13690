import { Attachment } from '../attachments/attachments.js';
import { EmbedImage } from '../embeds/embed-media.js';
import { SpoilerCover } from '../media/spoiler-cover.js';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import type { GalleryItem } from './component.js';

export function Gallery({ messageId, items }: { messageId: string; items: readonly GalleryItem[] }) {
  return (
    <ul
      className={items.length > 1 ? 'gallery' : 'gallery gallery-single'}
      aria-label={CONTENT_TEXTS.components.gallery}
    >
      {items.map((item, index) => (
        <li key={index}>
          <GalleryPicture messageId={messageId} item={item} />
        </li>
      ))}
    </ul>
  );
}

interface GalleryPictureProps {
  messageId: string;
  item: GalleryItem;
  isThumbnail?: boolean;
}

export function GalleryPicture({ messageId, item, isThumbnail = false }: GalleryPictureProps) {
  const { attachment, media, isSpoiler } = item;
  const description = media.description === '' ? attachment?.description : media.description;
  const picture = attachment ? (
    <div className={isThumbnail ? 'component-thumbnail' : undefined}>
      <Attachment messageId={messageId} attachment={{ ...attachment, description }} />
    </div>
  ) : (
    <EmbedImage media={media} isThumbnail={isThumbnail} />
  );
  return isSpoiler ? <SpoilerCover>{picture}</SpoilerCover> : picture;
}
