import type { AttachmentState, Snowflake } from '@discord-relay/contracts';
import { MAX_URL_CHARS, type ReadTally, sanitizeUrl } from '@discord-relay/contracts';
import { addressIn, fieldsIn, idIn, numberIn, textIn } from './read-values.js';

/** An attachment. Exports with media have a path instead of the address, which follows from the ids and the name. */
export function readAttachment(
  value: unknown,
  channelId: Snowflake,
  tally: ReadTally,
): AttachmentState | undefined {
  const { id, url, fileName, fileSizeBytes } = fieldsIn(value);
  const attachmentId = idIn(id);
  if (!attachmentId) return undefined;
  const filename = textIn(fileName, tally) ?? '';
  const address =
    addressIn(url, tally, Number.MAX_SAFE_INTEGER) ??
    `https://cdn.discordapp.com/attachments/${channelId}/${attachmentId}/${encodeURIComponent(filename)}`;
  return {
    id: attachmentId,
    filename,
    contentType: null,
    sizeBytes: numberIn(fileSizeBytes) ?? 0,
    url: sanitizeUrl(address.slice(0, MAX_URL_CHARS), tally),
    width: null,
    height: null,
  };
}
