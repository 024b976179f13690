import { memo, type Ref, useMemo } from 'react';
import type { RestGap, Snowflake } from '@discord-relay/contracts';
import { GapRow } from '../../content/rows/gap-row.js';
import { MESSAGE_TEXTS } from '../../texts/message-texts.js';
import { MessageItem } from './message-item.js';
import { dayName, dayOf } from '../../ui/times.js';
import { type MessageRow, messageRows } from '../model/message-rows.js';
import { listMarks } from '../model/list-marks.js';
import type { MessageList } from '../model/message-list-state.js';
import { wallClockMs } from '../../ui/wall-clock.js';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';

interface MessageRowsProps {
  list: Pick<MessageList, 'messages' | 'from' | 'to' | 'deletedIds'>;
  gaps: readonly RestGap[];
  readUpTo: Snowflake | null;
  targetId: Snowflake | null;
  ref: Ref<HTMLOListElement>;
}

/** Scrolling does not re-render it. */
export const MessageRows = memo(function MessageRows({
  list: { messages, from, to, deletedIds },
  gaps,
  readUpTo,
  targetId,
  ref,
}: MessageRowsProps) {
  const marks = useMemo(() => listMarks({ from, to }, deletedIds, gaps), [from, to, deletedIds, gaps]);
  const rows = useMemo(() => messageRows(messages, dayOf, readUpTo, marks), [messages, readUpTo, marks]);
  const nowMs = wallClockMs();
  return (
    <ol className="messages-rows" ref={ref}>
      {rows.map((row) => (
        <Row key={row.key} row={row} nowMs={nowMs} targetId={targetId} />
      ))}
    </ol>
  );
});

function Row({ row, nowMs, targetId }: { row: MessageRow; nowMs: number; targetId: Snowflake | null }) {
  if (row.kind === 'day')
    return (
      <li className="day">
        <h2>{dayName(row.timestamp, nowMs)}</h2>
      </li>
    );
  if (row.kind === 'unread')
    return (
      <li className="unread-line" data-testid="unread-line">
        {MESSAGE_TEXTS.newSince}
      </li>
    );
  if (row.kind === 'deleted')
    return (
      <li data-testid="tombstone">
        <TombstoneRow count={row.count} />
      </li>
    );
  if (row.kind === 'gap')
    return (
      <li data-testid="gap">
        <GapRow gap={row.gap} />
      </li>
    );
  const { message, leads } = row;
  return <MessageItem message={message} leads={leads} isTarget={message.id === targetId} />;
}

/** Replaces messages that were deleted while the channel was open. */
function TombstoneRow({ count }: { count: number }) {
  return <div className="tombstone">{CONTENT_TEXTS.deleted(count)}</div>;
}
