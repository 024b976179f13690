import { useEffect } from 'react';
import { useHistoryState } from 'wouter/use-browser-location';
import type { Place } from '../routes/place.js';
import type { ChannelStore } from './model/channel-store.js';
import { firstIdOfDay } from './model/days.js';

/**
 * Brings the message or day that the address names into sight, as often as the reader goes there: each way to a place
 * has a state of its own in the browser's history.
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
