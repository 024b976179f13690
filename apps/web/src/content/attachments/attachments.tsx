import type { AttachmentState } from '@discord-relay/contracts';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { SpoilerCover } from '../media/spoiler-cover.js';
import { type AttachmentProps, attachmentKind, isSpoiler } from './attachment-kind.js';
import { FileCard } from './file-card.js';
import { ImageAttachment, SoundAttachment, VideoAttachment } from './media-attachments.js';
import { TextPreview } from './text-preview.js';

interface AttachmentsProps {
  messageId: string;
  attachments: readonly AttachmentState[];
}

export function Attachments({ messageId, attachments }: AttachmentsProps) {
  return (
    <ul className="attachments" aria-label={CONTENT_TEXTS.attachments.label}>
      {attachments.map((attachment) => (
        <li key={attachment.id}>
          <Attachment messageId={messageId} attachment={attachment} />
        </li>
      ))}
    </ul>
  );
}

export function Attachment(props: AttachmentProps) {
  const content = <AttachmentContent {...props} />;
  return isSpoiler(props.attachment) ? <SpoilerCover>{content}</SpoilerCover> : content;
}

function AttachmentContent(props: AttachmentProps) {
  switch (attachmentKind(props.attachment)) {
    case 'image':
      return <ImageAttachment {...props} />;
    case 'video':
      return <VideoAttachment {...props} />;
    case 'audio':
      return <SoundAttachment {...props} />;
    case 'text':
      return <TextPreview {...props} />;
    default:
      return <FileCard {...props} />;
  }
}
