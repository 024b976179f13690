import type { EventRecord } from '../services/stream-events.js';
import { escapeControls } from './escape-controls.js';

interface Shown {
  content?: unknown;
  name?: unknown;
  id?: unknown;
  messageId?: unknown;
  userId?: unknown;
  author?: { id?: unknown; username?: unknown };
  user?: { id?: unknown; username?: unknown };
  emoji?: { name?: unknown } | null;
}

/** One line: position, time, type, place, who and what; undefined: nothing to show. */
export function formatEvent(record: EventRecord): string | undefined {
  const { type, seq, time = '', guildid = '-', channelid = '-', redacted } = record;
  if (type === 'relay.position' || type === 'relay.end') return undefined;
  if (type === 'relay.gap') return formatGap(record);
  const what = redacted === undefined ? summaryOf(record.data) : `[${redacted}]`;
  return escapeControls([seq, time, type, `${guildid}/${channelid}`, what].join('  ').trimEnd());
}

function formatGap({ data }: EventRecord): string {
  const { cause, untilSeq, from, to, guildId } = data as Record<string, unknown>;
  if (cause === 'not_kept') return `gap: the log no longer has the events up to ${String(untilSeq)}`;
  const bounds = `from ${String(from ?? 'an unknown time')} to ${String(to ?? 'an unknown time')}`;
  return escapeControls(`gap: nothing was received of guild ${String(guildId)} ${bounds}`);
}

function summaryOf(data: Record<string, unknown>): string {
  const { author, user, userId, content, name, emoji, messageId, id } = data as Shown;
  const who = author?.username ?? user?.username ?? author?.id ?? user?.id ?? userId;
  const what = content ?? name ?? emoji?.name;
  const about = messageId ?? id;
  return [who, about, what].filter((part) => part !== undefined && part !== null && part !== '').join('  ');
}
