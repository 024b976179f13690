import type { TimestampStyle } from '../markdown/syntax.js';
import { useContent } from '../context/content-context.js';
import { useNow } from './use-now.js';
import { formatRelative, formatTimestamp } from './timestamps.js';

interface TimestampProps {
  seconds: number;
  style: TimestampStyle;
}

/** A time in the reader's zone and language. */
export function Timestamp({ seconds, style }: TimestampProps) {
  const reader = useContent();
  const date = new Date(seconds * 1_000);
  return (
    <time className="timestamp" dateTime={date.toISOString()} title={formatTimestamp(date, 'F', reader)}>
      {style === 'R' ? <RelativeTime date={date} /> : formatTimestamp(date, style, reader)}
    </time>
  );
}

/** In a static file the time itself, because its reader comes at any later time. */
export function RelativeTime({ date }: { date: Date }) {
  const reader = useContent();
  const nowMs = useNow();
  if (reader.static) return formatTimestamp(date, 'f', reader);
  return formatRelative(date.getTime(), nowMs, reader.locale);
}
