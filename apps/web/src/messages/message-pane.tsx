import { asSentence } from '../ui/as-sentence.js';
import { PaneState } from '../ui/pane-state.js';
import { MessageListView } from './message-list-view.js';
import { MessageSkeleton } from './message-skeleton.js';
import type { OpenChannel } from './use-channel.js';

interface MessagePaneProps {
  open: OpenChannel;
  channelName: string;
}

/** The open channel in whichever state it is. */
export function MessagePane({ open: { store, view }, channelName }: MessagePaneProps) {
  const { list, refusal } = view;
  if (refusal) {
    return (
      <PaneState title="This channel cannot be shown" detail={asSentence(refusal.message)}>
        <button type="button" className="button" onClick={() => store.retry()}>
          Try again
        </button>
      </PaneState>
    );
  }
  if (list.phase === 'loading') return <MessageSkeleton />;
  if (list.messages.length === 0 && list.older === 'none') {
    return (
      <PaneState
        title="Nothing has been said here yet"
        detail="New messages appear by themselves the moment they are posted."
        testId="message-list"
      />
    );
  }
  return <MessageListView list={list} store={store} channelName={channelName} />;
}
