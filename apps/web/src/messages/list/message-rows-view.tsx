import { memo, type Ref, useEffect, useMemo, useRef } from 'react';
import type { Snowflake } from '@discord-relay/contracts';
import { GapRow } from '../../content/rows/gap-row.js';
import { SkipRow } from '../../content/rows/skip-row.js';
import { MESSAGE_TEXTS } from '../../texts/message-texts.js';
import { MessageItem } from './message-item.js';
import { dayName, dayOf } from '../../ui/times.js';
import { type MessageRow, messageRows } from '../model/message-rows.js';
import { chunkRows, type RowChunk } from '../model/row-chunks.js';
import { type ListedGap, listMarks, type Skip } from '../model/list-marks.js';
import type { MessageList } from '../model/message-list-state.js';
import { wallClockMs } from '../../ui/wall-clock.js';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';

interface MessageRowsProps {
  list: Pick<MessageList, 'messages' | 'from' | 'to' | 'deletedIds'>;
  gaps: readonly ListedGap[];
  /** Only in a replay. */
  skips?: readonly Skip[];
  readUpTo: Snowflake | null;
  targetId: Snowflake | null;
  ref: Ref<HTMLDivElement>;
}

/** Scrolling does not re-render it. */
export const MessageRows = memo(function MessageRows({
  list: { messages, from, to, deletedIds },
  gaps,
  skips = NO_SKIPS,
  readUpTo,
  targetId,
  ref,
}: MessageRowsProps) {
  const marks = useMemo(
    () => listMarks({ from, to }, deletedIds, gaps, skips),
    [from, to, deletedIds, gaps, skips],
  );
  const rows = useMemo(() => messageRows(messages, dayOf, readUpTo, marks), [messages, readUpTo, marks]);
  const before = useRef<readonly RowChunk[]>([]);
  const chunks = useMemo(() => chunkRows(rows, before.current), [rows]);
  useEffect(() => {
    before.current = chunks;
  }, [chunks]);
  const today = dayOf(new Date(wallClockMs()).toISOString());
  return (
    <div role="list" className="messages-rows" ref={ref}>
      {chunks.map((chunk) => (
        <Chunk
          key={chunk.key}
          chunk={chunk}
          targetId={chunk.rows.some(({ key }) => key === targetId) ? targetId : null}
          today={today}
        />
      ))}
    </div>
  );
});

const NO_SKIPS: readonly Skip[] = [];

interface ChunkProps {
  chunk: RowChunk;
  /** null: the target of a jump is elsewhere. */
  targetId: Snowflake | null;
  /** The names of days depend on it. */
  today: string;
}

/** Not an element of the list, as far as screen readers are concerned. */
const Chunk = memo(function Chunk({ chunk: { rows }, targetId }: ChunkProps) {
  const nowMs = wallClockMs();
  return (
    <div role="presentation" className="messages-chunk">
      {rows.map((row) =>
        row.kind === 'message' ? (
          <MessageItem
            key={row.key}
            message={row.message}
            leads={row.leads}
            isTarget={row.key === targetId}
          />
        ) : (
          <MarkRow key={row.key} row={row} nowMs={nowMs} />
        ),
      )}
    </div>
  );
});

/** What is shown between messages. */
function MarkRow({ row, nowMs }: { row: Exclude<MessageRow, { kind: 'message' }>; nowMs: number }) {
  if (row.kind === 'day')
    return (
      <div role="listitem" className="day">
        <h2>{dayName(row.timestamp, nowMs)}</h2>
      </div>
    );
  if (row.kind === 'unread')
    return (
      <div role="listitem" className="unread-line" data-testid="unread-line">
        {MESSAGE_TEXTS.newSince}
      </div>
    );
  if (row.kind === 'deleted' || row.kind === 'withheld')
    return (
      <div role="listitem" data-testid="tombstone">
        <div className="tombstone">{tombstoneText(row)}</div>
      </div>
    );
  if (row.kind === 'skip')
    return (
      <div role="listitem" data-testid="skip">
        <SkipRow skip={row.skip} />
      </div>
    );
  return (
    <div role="listitem" data-testid="gap">
      <GapRow gap={row.gap} />
    </div>
  );
}

/** Replaces messages that were deleted while the channel was open, or in a replay, those that were deleted since. */
function tombstoneText(row: Extract<MessageRow, { kind: 'deleted' | 'withheld' }>): string {
  if (row.kind === 'deleted') return CONTENT_TEXTS.deleted(row.count);
  return row.redaction === 'not_projected'
    ? CONTENT_TEXTS.notKnown(row.count)
    : CONTENT_TEXTS.deletedSince(row.count);
}
