const KEY = 'relay.token';

/** The token lives as long as the tab: in sessionStorage, never in a cookie or localStorage. */
export const tokenStore = {
  read: (): string | null => window.sessionStorage.getItem(KEY),
  write: (token: string): void => window.sessionStorage.setItem(KEY, token),
  clear: (): void => window.sessionStorage.removeItem(KEY),
};
