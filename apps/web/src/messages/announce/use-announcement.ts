import { useEffect, useRef, useState } from 'react';
import { compareSnowflakes } from '@discord-relay/contracts';
import { MESSAGE_TEXTS } from '../../texts/message-texts.js';
import type { ListedMessage } from '../model/message-window.js';

/** A busy channel must not drown out everything else that a screen reader says. */
const ANNOUNCE_EVERY_MS = 10_000;

/** A sentence for screen readers; `count` differs when the same sentence is said again. */
export interface Said {
  text: string;
  count: number;
}

export const NOTHING_SAID: Said = { text: '', count: 0 };

/** A sentence about the messages since the last one, at most one every ten seconds; empty at first. */
export function useAnnouncement(messages: readonly ListedMessage[]): Said {
  const [said, setSaid] = useState(NOTHING_SAID);
  const latest = useRef(messages);
  const announcedId = useRef(messages.at(-1)?.id ?? '0');
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    latest.current = messages;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const arrived = countAfter(latest.current, announcedId.current);
      announcedId.current = latest.current.at(-1)?.id ?? announcedId.current;
      if (arrived === 0) return;
      setSaid(({ count }) => ({ text: MESSAGE_TEXTS.newMessages(arrived), count: count + 1 }));
    }, ANNOUNCE_EVERY_MS);
  }, [messages]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return said;
}

const countAfter = (messages: readonly ListedMessage[], id: string): number =>
  messages.filter((message) => compareSnowflakes(message.id, id) > 0).length;
