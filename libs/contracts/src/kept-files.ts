import type { Snowflake } from './snowflake.js';

/** A file of an attachment that an import kept. */
export interface KeptFile {
  messageId: Snowflake;
  attachmentId: Snowflake;
  /** SHA-256 of the content, hexadecimal. */
  sha256: string;
}

/** The object with the content. Attachments with the same content share it. */
export const contentKey = (sha256: string): string => `content/${sha256.slice(0, 2)}/${sha256}`;

/** Objects below this prefix say which content an attachment has; they are empty, so that a list of keys says everything. */
export const KEPT_FILES = 'links/';

/** The kept files of a message. The digits in front spread the messages over folders. */
export const keptFilesOf = (messageId: Snowflake): string =>
  `${KEPT_FILES}${messageId.slice(-3).padStart(3, '0')}/${messageId}/`;

export const keptFileKey = ({ messageId, attachmentId, sha256 }: KeptFile): string =>
  `${keptFilesOf(messageId)}${attachmentId}-${sha256}`;

const KEY = /^links\/\d{3}\/(\d{1,20})\/(\d{1,20})-([0-9a-f]{64})$/;

/** undefined: the key is none of a kept file */
export function parseKeptFileKey(key: string): KeptFile | undefined {
  const [, messageId, attachmentId, sha256] = KEY.exec(key) ?? [];
  if (!messageId || !attachmentId || !sha256) return undefined;
  return { messageId: messageId as Snowflake, attachmentId: attachmentId as Snowflake, sha256 };
}
