import type { RestRevision } from '@discord-relay/contracts';
import { useState } from 'react';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { type MessagePlace, useContent } from '../context/content-context.js';
import { Markdown } from '../markdown-view/markdown.js';
import { formatTimestamp } from '../markdown-view/timestamps.js';

interface EditedMarkProps {
  message: MessagePlace;
  /** ISO 8601. */
  editedAt: string;
}

type History =
  { state: 'closed' | 'loading' | 'failed' } | { state: 'open'; revisions: readonly RestRevision[] };

/** Shows that and when a message was edited; with permission also its earlier contents. */
export function EditedMark({ message, editedAt }: EditedMarkProps) {
  const reader = useContent();
  const [history, setHistory] = useState<History>({ state: 'closed' });
  const title = formatTimestamp(new Date(editedAt), 'F', reader);
  const { revisions } = reader;
  const earlier = reader.static?.earlier(message.id) ?? [];
  if (earlier.length > 0)
    return (
      <details className="message-edited-details">
        <summary className="message-edited" title={title}>
          {CONTENT_TEXTS.edited}
        </summary>
        <Revisions revisions={earlier} />
      </details>
    );
  if (!revisions)
    return (
      <span className="message-edited" title={title}>
        {CONTENT_TEXTS.edited}
      </span>
    );
  const toggle = () => {
    if (history.state === 'open') return setHistory({ state: 'closed' });
    setHistory({ state: 'loading' });
    revisions(message).then(
      (found) => setHistory({ state: 'open', revisions: found }),
      () => setHistory({ state: 'failed' }),
    );
  };
  const isOpen = history.state === 'open';
  return (
    <>
      <button
        type="button"
        className="message-edited message-edited-button"
        title={title}
        aria-expanded={isOpen}
        aria-label={`${CONTENT_TEXTS.edited} ${isOpen ? CONTENT_TEXTS.history.hide : CONTENT_TEXTS.history.show}`}
        onClick={toggle}
      >
        {CONTENT_TEXTS.edited}
      </button>
      {history.state === 'failed' && <span className="muted"> {CONTENT_TEXTS.history.failed}</span>}
      {isOpen && <Revisions revisions={history.revisions.slice(0, -1)} />}
    </>
  );
}

/** Earlier contents; the last version is the message itself. */
function Revisions({ revisions }: { revisions: readonly RestRevision[] }) {
  const reader = useContent();
  return (
    <ol className="revisions" aria-label={CONTENT_TEXTS.history.label}>
      {revisions.map(({ revision, content, editedAt }) => (
        <li key={revision}>
          <span className="muted">
            {editedAt === null
              ? CONTENT_TEXTS.history.original
              : formatTimestamp(new Date(editedAt), 's', reader)}
          </span>
          <Markdown text={content ?? ''} />
        </li>
      ))}
    </ol>
  );
}
