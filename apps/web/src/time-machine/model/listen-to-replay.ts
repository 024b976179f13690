import type { Replay, RelayError } from '@discord-relay/client';
import type {
  MessagesBulk,
  Replayable,
  ReplayEnded,
  ReplayGap,
  ReplaySkipped,
} from '@discord-relay/contracts';
import type { PastFeed } from './past-feed.js';

interface ReplayListener {
  /** Whether it still listens. */
  isCurrent: () => boolean;
  /** Whether the time that the reader chose has been reached: earlier events are not shown. */
  areShown: () => boolean;
  onGap: (gap: ReplayGap) => void;
  onSnapshot: (bulk: Replayable<MessagesBulk>) => void;
  onSkip: (skip: ReplaySkipped) => void;
  onEnded: (ended: Pick<ReplayEnded, 'at' | 'reason'>, error?: RelayError) => void;
}

/** Passes the messages of a replay to the feed, and everything else to the listener. */
export function listenToReplay(replay: Replay, feed: PastFeed, listener: ReplayListener): void {
  const { isCurrent, areShown } = listener;
  const isShown = () => isCurrent() && areShown();
  replay.on('gap', (gap) => isCurrent() && listener.onGap(gap));
  replay.on('snapshot', (bulk) => isCurrent() && listener.onSnapshot(bulk));
  replay.on('message', (event) => isShown() && feed.receiveMessage(event));
  replay.on('update', (event) => isShown() && feed.receiveUpdate(event));
  replay.on('delete', (event) => isShown() && feed.receiveDelete(event));
  replay.on('reaction', (event) => isShown() && feed.receiveReaction(event));
  replay.on('skipped', (skip) => isShown() && listener.onSkip(skip));
  replay.on('ended', (ended, error) => isCurrent() && listener.onEnded(ended, error));
}
