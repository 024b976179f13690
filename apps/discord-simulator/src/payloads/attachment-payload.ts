import type { APIAttachment } from 'discord-api-types/v10';
import type { AttachmentLinks } from '../state/channels/attachment-links.js';
import type { AttachmentRecord } from '../state/model/records.js';
import type { Snowflake } from '../state/model/snowflakes.js';
import { epochMs } from '../state/model/world-types.js';

/** An attachment object with fresh URLs. */
export function attachmentPayload(
  links: AttachmentLinks,
  channelId: Snowflake,
  attachment: AttachmentRecord,
): APIAttachment {
  const url = links.sign(attachmentPath(channelId, attachment), epochMs());
  const { id, filename, contentType, description, width, height } = attachment;
  return {
    id,
    filename,
    size: Buffer.byteLength(attachment.data, 'base64'),
    url,
    proxy_url: url,
    content_type: contentType,
    ...(description === undefined ? {} : { description }),
    ...(width === undefined || height === undefined ? {} : { width, height }),
  };
}

export function attachmentPath(channelId: Snowflake, { id, filename }: AttachmentRecord): string {
  return `/attachments/${channelId}/${id}/${encodeURIComponent(filename)}`;
}
