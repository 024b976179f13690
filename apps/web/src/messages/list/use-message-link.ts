import { useCallback, useState } from 'react';
import type { Snowflake } from '@discord-relay/contracts';
import { pathOf } from '../../routes/place.js';
import { pathPrefix } from '../../routes/service-root.js';
import { MESSAGE_TEXTS } from '../../texts/message-texts.js';

/** Copies the address of a message; returns the confirmation to show. */
export function useMessageLink(channelId: Snowflake): [string, (messageId: Snowflake) => void] {
  const [notice, setNotice] = useState('');
  const copy = useCallback(
    (messageId: Snowflake) => {
      const path = pathPrefix + pathOf({ view: 'channel', channelId, messageId });
      navigator.clipboard.writeText(new URL(path, window.location.href).href).then(
        () => setNotice(MESSAGE_TEXTS.copied),
        (error: Error) => setNotice(error.message),
      );
    },
    [channelId],
  );
  return [notice, copy];
}
