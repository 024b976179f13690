import { MESSAGE_TEXTS } from '../texts/message-texts.js';
import { asSentence } from '../ui/as-sentence.js';
import { PaneState } from '../ui/pane-state.js';
import { MessageListView, type MessageListViewProps } from './list/message-list-view.js';
import { MessageSkeleton } from './message-skeleton.js';
import type { ChannelStore } from './model/channel-store.js';
import { useChannelView } from './model/use-channel.js';

type MessagePaneProps = Omit<MessageListViewProps, 'open'> & {
  store: ChannelStore;
  /** What a list without messages says; absent: that of a new channel. */
  empty?: { title: string; detail: string };
};

/** The open channel, in any state. */
export function MessagePane({ store, empty = MESSAGE_TEXTS.empty, ...props }: MessagePaneProps) {
  const open = useChannelView(store);
  const { list, status } = open.view;
  const { refusal } = status;
  if (refusal) {
    return (
      <PaneState title={MESSAGE_TEXTS.refused} detail={asSentence(refusal.message)}>
        <button type="button" className="button" onClick={() => store.retry()}>
          {MESSAGE_TEXTS.tryAgain}
        </button>
      </PaneState>
    );
  }
  if (list.phase === 'loading') return <MessageSkeleton />;
  if (list.messages.length === 0 && list.ends.older === 'none') {
    return <PaneState title={empty.title} detail={empty.detail} testId="message-list" />;
  }
  return <MessageListView open={open} {...props} />;
}
