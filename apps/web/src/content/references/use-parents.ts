import type { RelayClient } from '@discord-relay/client';
import type { WireHistoryMessage } from '@discord-relay/contracts';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ReferencedMessage } from '../context/content-context.js';
import { ParentCache } from './parent-cache.js';

type LookUp = (channelId: string, messageId: string) => ReferencedMessage | undefined;

/** Looks up messages that are answered in the list and not in it themselves; the function changes when it finds more. */
export function useParents(
  rest: Pick<RelayClient, 'get'>,
  { messages }: { messages: readonly WireHistoryMessage[] },
): LookUp {
  const cache = useMemo(() => new ParentCache(rest), [rest]);
  useEffect(() => {
    const parents = messages.flatMap(({ replyTo }) => (replyTo ? [replyTo] : []));
    if (parents.length === 0) return;
    const loaded = new Set<string>(messages.map(({ id }) => id));
    cache.request(parents.filter(({ messageId }) => !loaded.has(messageId)));
  }, [cache, messages]);
  const version = useSyncExternalStore(cache.subscribe, cache.version);
  return useMemo(
    () => (channelId, messageId) => cache.known({ channelId, messageId }),
    // A new version may change the result of a look-up.
    [cache, version],
  );
}
