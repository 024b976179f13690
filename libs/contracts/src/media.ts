import type { IsoTime } from './formats.js';

/**
 * NATS request/reply: fresh addresses of attachments, answered by one ingestor. The log keeps addresses without their
 * signature, since that expires within a day.
 */
export const MEDIA_LINKS_SUBJECT = 'relay.media.links';

/** Discord's limit for one request. */
export const MAX_MEDIA_LINKS = 50;

/** The request: 1 to {@link MAX_MEDIA_LINKS} addresses as recorded. */
export interface MediaLinksRequest {
  urls: string[];
}

/** `freshUrls` in the order of the request; null: Discord gives no address for this one. */
export type MediaLinksAnswer =
  { ok: true; freshUrls: (string | null)[] } | { ok: false; reason: 'invalid' | 'unavailable' };

/** `GET /api/v1/attachments/:messageId/:attachmentId` with `Accept: application/json`. */
export interface RestAttachmentLink {
  /** Where the file can be loaded without a token until `expiresAt`: at Discord, or, for a kept file, relative to the address of the request. */
  url: string;
  expiresAt: IsoTime;
}

/** `GET /api/v1/attachments/:messageId/:attachmentId/text`. */
export interface RestAttachmentText {
  /** The beginning of the file, decoded as UTF-8; bytes that are none are replaced. */
  text: string;
  /** Whether the text is the whole file. */
  complete: boolean;
}
