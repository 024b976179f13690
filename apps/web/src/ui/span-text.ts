import { VIEW_TEXTS } from '../texts/view-texts.js';

const { units } = VIEW_TEXTS.queue;
const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** A duration in its largest unit and the next smaller one: `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < MINUTE_S) return `${whole} ${units.second}`;
  const minutes = `${Math.floor((whole % HOUR_S) / MINUTE_S)} ${units.minute}`;
  if (whole < HOUR_S) return minutes;
  const hours = `${Math.floor((whole % DAY_S) / HOUR_S)} ${units.hour}`;
  return whole < DAY_S ? `${hours} ${minutes}` : `${Math.floor(whole / DAY_S)} ${units.day} ${hours}`;
}
