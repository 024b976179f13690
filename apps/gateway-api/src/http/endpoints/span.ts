import { AppError } from '@discord-relay/contracts';
import type { Span } from '../../read/statistics.query.js';

const DAY_MS = 86_400_000;
const USUAL_MS = 7 * DAY_MS;
const LONGEST_MS = 366 * DAY_MS;

/** The time that a request is about. @throws AppError `REQUEST.INVALID` when it ends before it begins or is too long */
export function spanOf(query: { from?: string; to?: string }): Span {
  const to = query.to === undefined ? new Date() : new Date(query.to);
  const from = query.from === undefined ? new Date(to.getTime() - USUAL_MS) : new Date(query.from);
  const lengthMs = to.getTime() - from.getTime();
  if (lengthMs < 0) throw new AppError('REQUEST.INVALID', 'from is after to');
  if (lengthMs > LONGEST_MS) throw new AppError('REQUEST.INVALID', 'from and to are more than a year apart');
  return { from, to };
}
