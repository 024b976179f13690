import type { ListedGap } from '../messages/model/list-marks.js';
import { TIME_MACHINE_TEXTS } from '../texts/time-machine-texts.js';

const withSeconds = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** Date and time with seconds, in the reader's language and zone. */
export const shortTime = (timeMs: number): string => withSeconds.format(timeMs);

/** A gap as a sentence. */
export function gapText({ cause, from, to }: ListedGap): string {
  const { gaps } = TIME_MACHINE_TEXTS;
  const time = (iso: string) => shortTime(Date.parse(iso));
  if (to === null) return gaps.open(time(from!));
  return cause === 'not_kept' ? gaps.notKept(time(to)) : gaps.lost(time(from!), time(to));
}

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');

/** A time as the browser's field for date and time takes it, in the reader's zone. */
export function fieldTime(timeMs: number): string {
  const date = new Date(timeMs);
  const day = `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day}T${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}
