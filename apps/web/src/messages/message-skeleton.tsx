import { MESSAGE_TEXTS } from '../texts/message-texts.js';

const LINES = ['short', 'long', 'middle', 'long', 'short', 'middle'] as const;

/** Placeholder for messages that are loading. */
export function MessageSkeleton() {
  return (
    <div className="skeleton" role="status" aria-label={MESSAGE_TEXTS.loading}>
      {LINES.map((length, index) => (
        <div key={index} className="skeleton-message">
          <span className="skeleton-avatar" />
          <span className={`skeleton-line skeleton-${length}`} />
        </div>
      ))}
    </div>
  );
}
