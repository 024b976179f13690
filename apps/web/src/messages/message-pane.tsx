import { MESSAGE_TEXTS } from '../texts/message-texts.js';
import { asSentence } from '../ui/as-sentence.js';
import { PaneState } from '../ui/pane-state.js';
import { MessageListView, type MessageListViewProps } from './list/message-list-view.js';
import { MessageSkeleton } from './message-skeleton.js';

/** The open channel, in any state. */
export function MessagePane(props: MessageListViewProps) {
  const { store, view } = props.open;
  const { list, refusal } = view;
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
    return (
      <PaneState
        title={MESSAGE_TEXTS.empty.title}
        detail={MESSAGE_TEXTS.empty.detail}
        testId="message-list"
      />
    );
  }
  return <MessageListView {...props} />;
}
