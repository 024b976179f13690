interface NewMessagesButtonProps {
  count: number;
  onClick: () => void;
}

/** The way back to the bottom for a reader who left it. */
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

function label(count: number): string {
  if (count === 0) return 'To the newest';
  return count === 1 ? '1 new message' : `${count.toLocaleString()} new messages`;
}
