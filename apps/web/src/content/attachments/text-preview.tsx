import { useState } from 'react';
import { CONTENT_TEXTS } from '../../texts/content-texts.js';
import { useContent } from '../context/content-context.js';
import { CodeBlock } from '../code/code-block.js';
import type { AttachmentProps } from './attachment-kind.js';
import { FileCard } from './file-card.js';
import { useMediaUrl } from './use-media-url.js';

const MOST_BYTES = 50_000;

type Preview = { state: 'closed' | 'loading' | 'failed' } | { state: 'open'; text: string };

/** A text file whose beginning is shown on request. */
export function TextPreview(props: AttachmentProps) {
  const { media } = useContent();
  const { messageId, attachment } = props;
  const address = useMediaUrl(messageId, attachment.id);
  const [preview, setPreview] = useState<Preview>({ state: 'closed' });
  const toggle = async () => {
    if (address.state !== 'ready' || preview.state === 'loading') return;
    if (preview.state === 'open') return setPreview({ state: 'closed' });
    setPreview({ state: 'loading' });
    setPreview(await readBeginning(address.url));
  };
  return (
    <FileCard {...props}>
      {media && address.state === 'ready' && (
        <button
          type="button"
          className="button button-small"
          aria-expanded={preview.state === 'open'}
          onClick={() => void toggle()}
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

async function readBeginning(url: string): Promise<Preview> {
  try {
    const response = await fetch(url, { headers: { range: `bytes=0-${MOST_BYTES - 1}` } });
    if (!response.ok) return { state: 'failed' };
    return { state: 'open', text: (await response.text()).slice(0, MOST_BYTES) };
  } catch {
    // The address has expired or the network is unavailable: the reader may try again.
    return { state: 'failed' };
  }
}

const extensionOf = (filename: string): string | null => /\.([a-z0-9]{1,12})$/i.exec(filename)?.[1] ?? null;
