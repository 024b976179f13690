import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import type { RelayClient } from '@discord-relay/client';
import { firstSnowflakeAt, type Snowflake } from '@discord-relay/contracts';
import type { Day } from '../../routes/place.js';
import { FloatingDate } from './floating-date.js';
import type { ChannelStore } from '../model/channel-store.js';
import type { MessageList } from '../model/message-list-state.js';
import { indexOf } from '../model/message-window.js';
import { PositionBar } from './position-bar.js';
import { wallClockMs } from '../../ui/wall-clock.js';

interface ListPositionProps {
  list: MessageList;
  client: RelayClient;
  store: ChannelStore;
  onDay: (day: Day) => void;
}

/** The position of the visible messages within the channel's whole history. */
export function ListPosition({ list, client, store, onDay }: ListPositionProps) {
  const { channelId } = store;
  const read = useCallback(
    (page: Parameters<RelayClient['history']>[1]) => client.history(channelId, page),
    [client, channelId],
  );
  const firstMs = useFirstTime(read);
  const jump = useCallback((timeMs: number) => void store.jumpTo(firstSnowflakeAt(timeMs), 'time'), [store]);
  const visibleId = useSyncExternalStore(store.subscribe, store.getVisibleMessage);
  const times = visibleId === null ? null : timesOf(list, visibleId);
  if (!times) return null;
  const { visibleMs, newestMs } = times;
  return (
    <>
      <FloatingDate timeMs={visibleMs} read={read} onDay={onDay} />
      {firstMs !== null && firstMs < newestMs && (
        <PositionBar firstMs={firstMs} newestMs={newestMs} visibleMs={visibleMs} onJump={jump} />
      )}
    </>
  );
}

const SECOND_MS = 1_000;

/** In whole seconds: in a busy channel nothing here changes with most messages. */
function timesOf(list: MessageList, visibleId: Snowflake): { visibleMs: number; newestMs: number } | null {
  const visible = list.messages[indexOf(list.messages, visibleId)];
  if (!visible) return null;
  const newestMs = Math.max(
    Date.parse(list.messages.at(-1)!.timestamp),
    list.to === null ? 0 : wallClockMs(),
  );
  return {
    visibleMs: Math.floor(Date.parse(visible.timestamp) / SECOND_MS) * SECOND_MS,
    newestMs: Math.ceil(newestMs / SECOND_MS) * SECOND_MS,
  };
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
