import { asSentence } from '../ui/as-sentence.js';
import { Name } from '../ui/name.js';
import type { MessageList } from './message-list.js';

interface OlderMessagesProps {
  list: MessageList;
  channelName: string;
  onRetry: () => void;
}

/** The top end of the list. Its height is the same in every state, so that nothing jumps. */
export function OlderMessages({ list: { older, olderFailure }, channelName, onRetry }: OlderMessagesProps) {
  return (
    <div className="older">
      {older === 'none' && (
        <p className="muted">
          This is where <Name of={channelName} /> begins.
        </p>
      )}
      {(older === 'loading' || older === 'available') && <p className="muted">Reading older messages…</p>}
      {older === 'failed' && (
        <p role="alert">
          Older messages could not be read. {asSentence(olderFailure ?? '')}{' '}
          <button type="button" className="button button-quiet" onClick={onRetry}>
            Try again
          </button>
        </p>
      )}
    </div>
  );
}
