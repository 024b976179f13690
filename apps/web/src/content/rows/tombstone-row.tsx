import { CONTENT_TEXTS } from '../../texts/content-texts.js';

/** Replaces messages that were deleted while the channel was open. */
export function TombstoneRow({ count }: { count: number }) {
  return <div className="tombstone">{CONTENT_TEXTS.deleted(count)}</div>;
}
