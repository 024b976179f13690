const KEY = 'relay.login-place';

/** Where the reader was before the log-in, because a failed log-in leads to the page's first address. */
export const loginPlace = {
  remember: (): void =>
    window.sessionStorage.setItem(KEY, `${window.location.pathname}${window.location.search}`),
  /** The path, with a proxy's prefix; null if the reader did not start from here. */
  take: (): string | null => {
    const place = window.sessionStorage.getItem(KEY);
    window.sessionStorage.removeItem(KEY);
    return place;
  },
};
