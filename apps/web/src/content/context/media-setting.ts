/** Undefined outside of a page, as in tests of components. */
const settingOf = (name: string): string | undefined =>
  typeof document === 'undefined'
    ? undefined
    : document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;

/** Whether media may be loaded, as the service writes it into the page (`MEDIA`). */
export const isMediaOn: boolean = settingOf('relay-media') !== 'off';

/** The origin of avatars, emojis and stickers, as the service writes it into the page (`MEDIA_CDN`). */
export const cdnOrigin = (): string => settingOf('relay-cdn') ?? 'https://cdn.discordapp.com';
