import { useCallback, useState } from 'react';
import type { Snowflake } from '@discord-relay/contracts';
import type { End } from '../model/message-list-state.js';
import type { OpenChannel } from '../model/use-channel.js';
import { type ScrollPosition, useScrollPosition } from './use-scroll-position.js';

/** Connects scrolling to the store, and returns the topmost visible message. */
export function useListScroll({
  store,
  view: { list, target },
}: OpenChannel): [ScrollPosition, Snowflake | null] {
  const [visibleId, setVisibleId] = useState<Snowflake | null>(null);
  const onFollow = useCallback((following: boolean) => store.follow(following), [store]);
  const { older, newer } = list.ends;
  const onNear = useCallback(
    (end: End) => {
      // After a failure a page is loaded only on request.
      if ((end === 'older' ? older : newer) === 'available') void store.load(end);
    },
    [store, older, newer],
  );
  const onLook = useCallback(
    (id: Snowflake | null) => {
      store.setVisibleMessage(id);
      setVisibleId(id);
    },
    [store],
  );
  const isFollowing = list.readUpTo === null;
  const scroll = useScrollPosition({ content: list, isFollowing, target, onFollow, onNear, onLook });
  return [scroll, visibleId];
}
