import type { RestGap } from '@discord-relay/contracts';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { type ContentContextValue, useContent } from '../context/content-context.js';
import { formatTimestamp } from '../markdown-view/timestamps.js';

interface GapRowProps {
  /** `recovered` null: backfill is still running. */
  gap: Pick<RestGap, 'from' | 'to' | 'recovered'> & Partial<Pick<RestGap, 'cause'>>;
}

/**
 * A row across the list for a time in which nothing was received from Discord. The counts of backfill are for the whole
 * guild.
 */
export function GapRow({ gap: { cause, from, to, recovered } }: GapRowProps) {
  const reader = useContent();
  const time = (iso: string) =>
    formatTimestamp(new Date(iso), isSameDay(from, to, reader) ? 't' : 's', reader);
  const { gap } = CONTENT_TEXTS;
  const range = cause === 'not_kept' ? gap.notKept : gap.range;
  const { messages = 0, deletions = 0 } = recovered ?? {};
  const found = [
    ...(messages > 0 ? [gap.recovered(messages)] : []),
    ...(deletions > 0 ? [gap.deletions(deletions)] : []),
  ];
  const words = [
    ...(from === null ? [] : [to === null ? gap.since(time(from)) : range(time(from), time(to))]),
    ...(found.length > 0 ? [gap.inServer(found.join(', '))] : []),
  ];
  return (
    <div className="gap-row" role="note" aria-label={gap.label}>
      {words.join('; ')}
    </div>
  );
}

const isSameDay = (from: string | null, to: string | null, reader: ContentContextValue): boolean => {
  const dayOf = (iso: string) => formatTimestamp(new Date(iso), 'd', reader);
  return from !== null && to !== null && dayOf(from) === dayOf(to);
};
