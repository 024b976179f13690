import { VIEW_TEXTS } from '../texts/view-texts.js';

interface MoreButtonProps {
  hasMore: boolean;
  isLoading: boolean;
  onMore: () => void;
}

export function MoreButton({ hasMore, isLoading, onMore }: MoreButtonProps) {
  if (!hasMore) return null;
  return (
    <button type="button" className="button" disabled={isLoading} onClick={onMore}>
      {VIEW_TEXTS.more}
    </button>
  );
}
