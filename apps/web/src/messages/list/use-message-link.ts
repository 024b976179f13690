import { useCallback, useEffect, useState } from 'react';
import type { Snowflake } from '@discord-relay/contracts';
import { pathOf } from '../../routes/place.js';
import { pathPrefix } from '../../routes/service-root.js';
import { MESSAGE_TEXTS } from '../../texts/message-texts.js';
import { copyText } from '../../ui/copy-text.js';

const SHOW_NOTICE_MS = 4_000;

/** Copies the address of a message; returns the confirmation to show for a while. */
export function useMessageLink(channelId: Snowflake): [string, (messageId: Snowflake) => void] {
  const [notice, setNotice] = useState('');
  useEffect(() => {
    if (notice === '') return;
    const timer = setTimeout(() => setNotice(''), SHOW_NOTICE_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  const copy = useCallback(
    (messageId: Snowflake) => {
      const path = pathPrefix + pathOf({ view: 'channel', channelId, messageId });
      copyText(new URL(path, window.location.href).href).then(
        () => setNotice(MESSAGE_TEXTS.copied),
        () => setNotice(MESSAGE_TEXTS.notCopied),
      );
    },
    [channelId],
  );
  return [notice, copy];
}
