import { CONTENT_TEXTS } from '../../texts/content-texts.js';

/** Where messages stood that were deleted while the reader looked on. */
export function TombstoneRow({ count }: { count: number }) {
  return <div className="tombstone">{CONTENT_TEXTS.deleted(count)}</div>;
}
