import { useSyncExternalStore } from 'react';
import { FRAME_TEXTS } from '../texts/frame-texts.js';

function subscribe(listener: () => void): () => void {
  for (const event of ['online', 'offline']) window.addEventListener(event, listener);
  return () => ['online', 'offline'].forEach((event) => window.removeEventListener(event, listener));
}

/** Shown while the device reports that it has no network. */
export function OfflineNotice() {
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <div role="status" className={isOnline ? 'visually-hidden' : 'notice notice-warn offline'}>
      {isOnline ? '' : FRAME_TEXTS.offline}
    </div>
  );
}
