import { useEffect } from 'react';
import { useHistoryState } from 'wouter/use-browser-location';
import type { Place } from '../routes/place.js';
import type { ChannelStore } from './model/channel-store.js';
import { firstIdOfDay } from './model/days.js';

/**
 * Scrolls to the message or day that the address names, once per navigation: each navigation has its own state in the browser's
 * history.
 */
export function useJumps(store: ChannelStore | null, place: Place): void {
  const visit: unknown = useHistoryState();
  useEffect(() => {
    if (!store || place.view !== 'channel' || place.channelId !== store.channelId) return;
    const { messageId, day } = place;
    if (messageId !== undefined) void store.jumpTo(messageId);
    else if (day !== undefined) void store.jumpTo(firstIdOfDay(day), 'time');
  }, [store, place, visit]);
}
