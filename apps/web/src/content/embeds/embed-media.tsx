import { useContent } from '../context/content-context.js';
import { ExternalLink } from '../markdown-view/external-link.js';
import { fit } from '../media/fit.js';
import { Picture } from '../media/picture.js';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import type { EmbedMedia } from './embed.js';

const IMAGE = { width: 400, height: 300 };
const THUMBNAIL = { width: 80, height: 80 };

/** An image that links to its source; only the address if media are off. */
export function EmbedImage({ media, isThumbnail = false }: { media: EmbedMedia; isThumbnail?: boolean }) {
  const content = useContent();
  if (!content.media || media.src === null) return <Source media={media} />;
  const size = fit(media.width, media.height, isThumbnail ? THUMBNAIL : IMAGE);
  const picture = <Picture src={media.src} alt={media.description} size={size} />;
  const className = isThumbnail ? 'embed-thumbnail' : 'embed-image';
  if (media.href === null) return <div className={className}>{picture}</div>;
  return (
    <div className={className}>
      <ExternalLink href={media.href} title={media.href}>
        {picture}
        {media.description === '' && <span className="visually-hidden">{CONTENT_TEXTS.media.openImage}</span>}
      </ExternalLink>
    </div>
  );
}

/** Videos of other sites are not played here: the image links to them. */
export function EmbedVideo({ video, poster }: { video: EmbedMedia; poster: EmbedMedia | null }) {
  const content = useContent();
  if (content.media && video.src !== null) {
    const size = fit(video.width, video.height, IMAGE);
    return <video className="embed-image" src={video.src} controls preload="none" {...size} />;
  }
  const media = { ...(poster ?? video), href: video.href };
  return (
    <div className="embed-video">
      <EmbedImage media={media} />
      <Source media={media} />
    </div>
  );
}

function Source({ media: { href, description } }: { media: EmbedMedia }) {
  if (href === null) return null;
  return (
    <ExternalLink className="embed-source" href={href} title={href}>
      {description === '' ? CONTENT_TEXTS.media.openAt(new URL(href).host) : description}
    </ExternalLink>
  );
}
