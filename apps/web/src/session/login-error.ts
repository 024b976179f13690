import { SESSION_TEXTS } from '../texts/session-texts.js';

const { failures } = SESSION_TEXTS;
const PARAMETER = 'login_error';

/** Why a log-in failed, in words, from the query with which the service redirected the browser back; null if there was none. */
export function loginErrorIn(search: string): string | null {
  const code = new URLSearchParams(search).get(PARAMETER);
  if (code === null) return null;
  if (code === 'AUTH.LOGIN_FAILED') return failures.cancelled;
  if (code === 'DISCORD.UNREACHABLE') return failures.unreachable;
  return failures.other;
}
