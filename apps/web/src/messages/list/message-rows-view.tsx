import { memo, type Ref, useMemo } from 'react';
import type { Snowflake } from '@discord-relay/contracts';
import { MESSAGE_TEXTS } from '../../texts/message-texts.js';
import { MessageItem } from './message-item.js';
import { dayName, dayOf } from '../../ui/times.js';
import { type MessageRow, messageRows } from '../model/message-rows.js';
import type { ListedMessage } from '../model/message-window.js';
import { wallClockMs } from '../../ui/wall-clock.js';

interface MessageRowsProps {
  messages: readonly ListedMessage[];
  readUpTo: Snowflake | null;
  targetId: Snowflake | null;
  ref: Ref<HTMLOListElement>;
}

/** Scrolling does not re-render it. */
export const MessageRows = memo(function MessageRows({
  messages,
  readUpTo,
  targetId,
  ref,
}: MessageRowsProps) {
  const rows = useMemo(() => messageRows(messages, dayOf, readUpTo), [messages, readUpTo]);
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
  const { message, leads } = row;
  return <MessageItem message={message} leads={leads} isTarget={message.id === targetId} />;
}
