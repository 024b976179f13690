import { useEffect, useState } from 'react';
import { useContent } from '../context/content-context.js';

export type MediaUrl = { state: 'loading' } | { state: 'ready'; url: string } | { state: 'unavailable' };

/** The current address of an attachment. Requests nothing while media are off. */
export function useMediaUrl(messageId: string, attachmentId: string): MediaUrl {
  const { media, mediaUrl } = useContent();
  const [result, setResult] = useState<MediaUrl>({ state: 'loading' });
  useEffect(() => {
    if (!media) return;
    let isCurrent = true;
    const show = (next: MediaUrl) => isCurrent && setResult(next);
    mediaUrl(messageId, attachmentId).then(
      (url) => show(url === null ? { state: 'unavailable' } : { state: 'ready', url }),
      () => show({ state: 'unavailable' }),
    );
    return () => {
      isCurrent = false;
    };
  }, [media, mediaUrl, messageId, attachmentId]);
  return media ? result : { state: 'unavailable' };
}
