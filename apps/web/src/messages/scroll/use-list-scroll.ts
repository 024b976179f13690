import { useCallback } from 'react';
import type { End } from '../model/message-list-state.js';
import type { OpenChannel } from '../model/use-channel.js';
import { type ScrollPosition, useScrollPosition } from './use-scroll-position.js';

/** Connects scrolling to the store, which also learns which message is the topmost visible one. */
export function useListScroll({ store, view: { list, target } }: OpenChannel): ScrollPosition {
  const onFollow = useCallback((following: boolean) => store.follow(following), [store]);
  const { older, newer } = list.ends;
  const onNear = useCallback(
    (end: End) => {
      // After a failure a page is loaded only on request.
      if ((end === 'older' ? older : newer) === 'available') void store.load(end);
    },
    [store, older, newer],
  );
  const isFollowing = list.readUpTo === null;
  const onLook = store.setVisibleMessage;
  return useScrollPosition({ content: list, isFollowing, target, onFollow, onNear, onLook });
}
