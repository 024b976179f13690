import type { RestGap } from '@discord-relay/contracts';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { useContent } from '../context/content-context.js';
import { formatTimestamp } from '../markdown-view/timestamps.js';

export interface GapFindings {
  messages: number;
  deletions: number;
}

interface GapRowProps {
  gap: Pick<RestGap, 'from' | 'to'>;
  /** What backfill found about the channel; null: it is still running. */
  findings: GapFindings | null;
}

/** A row across the list for a time in which nothing was received from Discord. */
export function GapRow({ gap: { from, to }, findings }: GapRowProps) {
  const reader = useContent();
  const time = (iso: string) => formatTimestamp(new Date(iso), isSameDay(from, to) ? 't' : 's', reader);
  const { gap } = CONTENT_TEXTS;
  const words = [
    ...(from === null ? [] : [to === null ? gap.since(time(from)) : gap.range(time(from), time(to))]),
    ...(findings && findings.messages > 0 ? [gap.recovered(findings.messages)] : []),
    ...(findings && findings.deletions > 0 ? [gap.deletions(findings.deletions)] : []),
  ];
  return (
    <div className="gap-row" role="note" aria-label={gap.label}>
      {words.join('; ')}
    </div>
  );
}

const isSameDay = (from: string | null, to: string | null): boolean =>
  from !== null && to !== null && new Date(from).toDateString() === new Date(to).toDateString();
