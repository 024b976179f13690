import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { spanText } from '../../ui/span-text.js';

/** A line across the list for a time without events that a replay skipped. ISO 8601. */
export function SkipRow({ skip: { from, to } }: { skip: { from: string; to: string } }) {
  const span = spanText((Date.parse(to) - Date.parse(from)) / 1_000);
  return <div className="skip-row">{CONTENT_TEXTS.skipped(span)}</div>;
}
