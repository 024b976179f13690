const PARAMETER = 'login_error';

/** Why a log-in failed, in words, from the query with which the service redirected the browser back; null if there was none. */
export function loginErrorIn(search: string): string | null {
  const code = new URLSearchParams(search).get(PARAMETER);
  if (code === null) return null;
  if (code === 'AUTH.LOGIN_FAILED') return 'the log-in with Discord was cancelled, or took too long';
  if (code === 'DISCORD.UNREACHABLE') return 'Discord did not answer';
  return 'the log-in with Discord failed';
}
