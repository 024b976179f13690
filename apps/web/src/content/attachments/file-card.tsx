import type { ReactNode } from 'react';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { Name } from '../../ui/name.js';
import { useContent } from '../context/content-context.js';
import { ExternalLink } from '../markdown-view/external-link.js';
import { formatBytes, type AttachmentProps } from './attachment-kind.js';
import { useMediaUrl } from './use-media-url.js';

/** A file's name and size, as a link while the file is available. */
export function FileCard({ messageId, attachment, children }: AttachmentProps & { children?: ReactNode }) {
  const { locale, media, static: still } = useContent();
  const address = useMediaUrl(messageId, attachment.id);
  const href = still?.attachmentHref(attachment) ?? (address.state === 'ready' ? address.url : null);
  const name = <Name of={attachment.filename} />;
  return (
    <div className="file-card">
      <div className="file-card-name">
        {href === null ? name : <ExternalLink href={href}>{name}</ExternalLink>}
      </div>
      <div className="file-card-size">
        {formatBytes(attachment.sizeBytes, locale)}
        {media && address.state === 'unavailable' && ` · ${CONTENT_TEXTS.media.missing}`}
      </div>
      {attachment.description !== undefined && (
        <bdi className="file-card-description">{attachment.description}</bdi>
      )}
      {children}
    </div>
  );
}
