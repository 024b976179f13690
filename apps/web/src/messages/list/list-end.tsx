import { MESSAGE_TEXTS } from '../../texts/message-texts.js';
import { asSentence } from '../../ui/as-sentence.js';
import { Name } from '../../ui/name.js';
import type { End, MessageList } from '../model/message-list-state.js';

interface ListEndProps {
  end: End;
  list: MessageList;
  channelName: string;
  onRetry: () => void;
}

/** One end of the list. Its height is the same in every state, so that nothing jumps. */
export function ListEnd({ end, list: { ends, failure }, channelName, onRetry }: ListEndProps) {
  const state = ends[end];
  if (end === 'newer' && state === 'none') return null;
  return (
    <div className="list-end">
      {state === 'none' && (
        <p className="muted">
          {MESSAGE_TEXTS.older.beginning} <Name of={channelName} />.
        </p>
      )}
      {(state === 'loading' || state === 'available') && (
        <p className="muted">{MESSAGE_TEXTS[end].reading}</p>
      )}
      {state === 'failed' && (
        <p role="alert">
          {MESSAGE_TEXTS.unreadable(asSentence(failure ?? ''))}{' '}
          <button type="button" className="button button-quiet" onClick={onRetry}>
            {MESSAGE_TEXTS.tryAgain}
          </button>
        </p>
      )}
    </div>
  );
}
