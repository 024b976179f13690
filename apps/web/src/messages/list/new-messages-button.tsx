import { MESSAGE_TEXTS } from '../../texts/message-texts.js';

interface NewMessagesButtonProps {
  count: number;
  onClick: () => void;
}

/** Jumps back to the bottom. */
export function NewMessagesButton({ count, onClick }: NewMessagesButtonProps) {
  return (
    <button
      type="button"
      className={count > 0 ? 'jump jump-news' : 'jump'}
      data-testid="jump-to-newest"
      onClick={onClick}
    >
      {label(count)} <span aria-hidden="true">↓</span>
    </button>
  );
}

const label = (count: number): string =>
  count === 0 ? MESSAGE_TEXTS.toNewest : MESSAGE_TEXTS.newMessages(count);
