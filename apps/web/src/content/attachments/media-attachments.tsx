import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { useContent } from '../context/content-context.js';
import { ExternalLink } from '../markdown-view/external-link.js';
import { fit } from '../media/fit.js';
import { Picture } from '../media/picture.js';
import type { AttachmentProps } from './attachment-kind.js';
import { FileCard } from './file-card.js';
import { useMediaUrl } from './use-media-url.js';

const BOUNDS = { width: 400, height: 300 };

/** The author's description if there is one, otherwise the file name. */
const altOf = ({ attachment }: AttachmentProps): string => attachment.description ?? attachment.filename;

export function ImageAttachment(props: AttachmentProps) {
  const { media } = useContent();
  const address = useMediaUrl(props.messageId, props.attachment.id);
  if (!media) return <FileCard {...props} />;
  const size = fit(props.attachment.width, props.attachment.height, BOUNDS);
  const alt = altOf(props);
  if (address.state === 'loading') return <Placeholder size={size} alt={alt} />;
  if (address.state === 'unavailable') return <Picture src={null} alt={alt} size={size} />;
  return (
    <ExternalLink href={address.url} title={props.attachment.filename}>
      <Picture src={address.url} alt={alt} size={size} />
    </ExternalLink>
  );
}

function Placeholder({ size, alt }: { size: { width: number; height: number }; alt: string }) {
  const style = { width: size.width, aspectRatio: `${size.width} / ${size.height}` };
  return <span className="picture picture-loading" style={style} role="img" aria-label={alt} />;
}

export function VideoAttachment(props: AttachmentProps) {
  const { media } = useContent();
  const address = useMediaUrl(props.messageId, props.attachment.id);
  if (!media || address.state !== 'ready') return <FileCard {...props} />;
  const size = fit(props.attachment.width, props.attachment.height, BOUNDS);
  return (
    <video
      className="attachment-video"
      src={address.url}
      controls
      preload="metadata"
      aria-label={altOf(props)}
      {...size}
    />
  );
}

export function SoundAttachment(props: AttachmentProps) {
  const { media } = useContent();
  const address = useMediaUrl(props.messageId, props.attachment.id);
  const isPlayable = media && address.state === 'ready';
  return (
    <div className="attachment-sound">
      <FileCard {...props} />
      {isPlayable && (
        <audio
          src={address.url}
          controls
          preload="none"
          aria-label={CONTENT_TEXTS.attachments.sound(altOf(props))}
        />
      )}
    </div>
  );
}
