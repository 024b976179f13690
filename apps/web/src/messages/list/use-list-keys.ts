import { type KeyboardEvent, type MouseEvent, useCallback } from 'react';
import type { Snowflake } from '@discord-relay/contracts';

export interface MessageActions {
  unread: (messageId: Snowflake) => void;
  link: (messageId: Snowflake) => void;
  /** Opens the address of the message. */
  open: (messageId: Snowflake) => void;
}

const ACTION_KEYS: Readonly<Record<string, keyof MessageActions>> = { u: 'unread', l: 'link', enter: 'open' };
const STEPS: Readonly<Record<string, number>> = { ArrowUp: -1, k: -1, ArrowDown: 1, j: 1 };

/** Arrow keys (or K and J) move between messages once one has the focus; letter keys and Enter run its actions. */
export function useListKeys(actions: MessageActions) {
  const onKeyDown = useCallback(
    (event: KeyboardEvent<HTMLElement>) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const item = (event.target as HTMLElement).closest<HTMLElement>('[data-anchor]');
      const step = STEPS[event.key];
      if (step !== undefined && moveFocus(event.currentTarget, item, step)) event.preventDefault();
      const action = ACTION_KEYS[event.key.toLowerCase()];
      // In a message, Enter belongs to its links and buttons.
      if (!action || !item || (action === 'open' && event.target !== item)) return;
      actions[action](item.dataset['anchor'] as Snowflake);
    },
    [actions],
  );
  const onClick = useCallback(
    (event: MouseEvent<HTMLElement>) => {
      const button = (event.target as HTMLElement).closest<HTMLElement>('[data-action]');
      const action = button?.dataset['action'] as keyof MessageActions | undefined;
      if (!action || (action === 'open' && opensElsewhere(event))) return;
      event.preventDefault();
      actions[action](button!.dataset['message'] as Snowflake);
    },
    [actions],
  );
  return { onKeyDown, onClick };
}

/** In another tab or window, or as a download: the browser does that. */
const opensElsewhere = ({ button, altKey, ctrlKey, metaKey, shiftKey }: MouseEvent): boolean =>
  button !== 0 || altKey || ctrlKey || metaKey || shiftKey;

/** While the list itself has the focus, only letter keys start this, because arrow keys scroll. */
function moveFocus(list: HTMLElement, item: HTMLElement | null, step: number): boolean {
  const items = [...list.querySelectorAll<HTMLElement>('[data-anchor]')];
  const index = item ? items.indexOf(item) + step : lastInSight(list, items);
  const next = items[index];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: 'nearest' });
  return next !== undefined;
}

function lastInSight(list: HTMLElement, items: readonly HTMLElement[]): number {
  const bottom = list.getBoundingClientRect().bottom;
  return items.findLastIndex((each) => each.getBoundingClientRect().bottom <= bottom);
}
