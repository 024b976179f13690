import { useCallback, useEffect, useState } from 'react';
import type { RelayClient } from '@discord-relay/client';
import { firstSnowflakeAt, type Snowflake } from '@discord-relay/contracts';
import type { Day } from '../../routes/place.js';
import { FloatingDate } from './floating-date.js';
import type { MessageList } from '../model/message-list-state.js';
import { indexOf } from '../model/message-window.js';
import type { OpenChannel } from '../model/use-channel.js';
import { PositionBar } from './position-bar.js';
import { wallClockMs } from '../../ui/wall-clock.js';

interface ListPositionProps {
  list: MessageList;
  visibleId: Snowflake | null;
  client: RelayClient;
  open: OpenChannel;
  onDay: (day: Day) => void;
}

/** The position of the visible messages within the channel's whole history. */
export function ListPosition({
  list,
  visibleId,
  client,
  open: { channelId, store },
  onDay,
}: ListPositionProps) {
  const read = useCallback(
    (page: Parameters<RelayClient['history']>[1]) => client.history(channelId, page),
    [client, channelId],
  );
  const firstMs = useFirstTime(read);
  const jump = useCallback((timeMs: number) => void store.jumpTo(firstSnowflakeAt(timeMs), 'time'), [store]);
  const visible = visibleId === null ? undefined : list.messages[indexOf(list.messages, visibleId)];
  if (!visible) return null;
  const visibleMs = Date.parse(visible.timestamp);
  const newestMs = Math.max(
    Date.parse(list.messages.at(-1)!.timestamp),
    list.to === null ? 0 : wallClockMs(),
  );
  return (
    <>
      <FloatingDate timestamp={visible.timestamp} channelId={channelId} read={read} onDay={onDay} />
      {firstMs !== null && firstMs < newestMs && (
        <PositionBar firstMs={firstMs} newestMs={newestMs} visibleMs={visibleMs} onJump={jump} />
      )}
    </>
  );
}

type Read = (page: { after: string; limit: number }) => ReturnType<RelayClient['history']>;

/** When the channel's first message was written; null until that is known. Without it only the bar is missing. */
function useFirstTime(read: Read): number | null {
  const [firstMs, setFirstMs] = useState<number | null>(null);
  useEffect(() => {
    let isCurrent = true;
    read({ after: '0', limit: 1 }).then(
      ({ messages: [first] }) => isCurrent && setFirstMs(first ? Date.parse(first.timestamp) : null),
      () => setFirstMs(null),
    );
    return () => {
      isCurrent = false;
    };
  }, [read]);
  return firstMs;
}
