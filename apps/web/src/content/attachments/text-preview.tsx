import { useState } from 'react';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { useContent } from '../context/content-context.js';
import { CodeBlock } from '../code/code-block.js';
import type { AttachmentProps } from './attachment-kind.js';
import { FileCard } from './file-card.js';

type Preview = { state: 'closed' | 'loading' | 'failed' } | { state: 'open'; text: string };

/** A text file whose beginning is shown on request. */
export function TextPreview(props: AttachmentProps) {
  const { media, attachmentText } = useContent();
  const { messageId, attachment } = props;
  const [preview, setPreview] = useState<Preview>({ state: 'closed' });
  const toggle = () => {
    if (!attachmentText || preview.state === 'loading') return;
    if (preview.state === 'open') return setPreview({ state: 'closed' });
    setPreview({ state: 'loading' });
    // After a failure the reader may try again.
    attachmentText(messageId, attachment.id).then(
      (text) => setPreview({ state: 'open', text }),
      () => setPreview({ state: 'failed' }),
    );
  };
  return (
    <FileCard {...props}>
      {media && attachmentText && (
        <button
          type="button"
          className="button button-small"
          aria-expanded={preview.state === 'open'}
          onClick={toggle}
        >
          {preview.state === 'open' ? CONTENT_TEXTS.attachments.hideText : CONTENT_TEXTS.attachments.showText}
        </button>
      )}
      {preview.state === 'failed' && <div className="muted">{CONTENT_TEXTS.attachments.textFailed}</div>}
      {preview.state === 'open' && (
        <CodeBlock language={extensionOf(attachment.filename)} code={preview.text} />
      )}
    </FileCard>
  );
}

const extensionOf = (filename: string): string | null => /\.([a-z0-9]{1,12})$/i.exec(filename)?.[1] ?? null;
