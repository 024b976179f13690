const KEY = 'relay.login-place';

/** The place from which the reader left for Discord: a log-in that fails leads to the page's first address. */
export const loginPlace = {
  remember: (): void =>
    window.sessionStorage.setItem(KEY, `${window.location.pathname}${window.location.search}`),
  /** The path, with the prefix of a proxy; null when the reader did not leave from here. */
  take: (): string | null => {
    const place = window.sessionStorage.getItem(KEY);
    window.sessionStorage.removeItem(KEY);
    return place;
  },
};
