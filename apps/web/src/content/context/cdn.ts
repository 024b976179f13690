/** Undefined outside of a page, as in tests of components. */
const settingOf = (name: string): string | undefined =>
  typeof document === 'undefined'
    ? undefined
    : document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;

/** Whether media may be loaded, as the service writes it into the page (`MEDIA`). */
export const isMediaOn: boolean = settingOf('relay-media') !== 'off';

/** The origin of avatars, emojis and stickers, as the service writes it into the page (`MEDIA_CDN`). */
const cdnOrigin = (): string => settingOf('relay-cdn') ?? 'https://cdn.discordapp.com';

/** Allowed origins of images, sounds and videos: Discord's own servers, and its proxy for media of other sites. */
const MEDIA_HOSTS: ReadonlySet<string> = new Set([
  'cdn.discordapp.com',
  'media.discordapp.net',
  'images-ext-1.discordapp.net',
  'images-ext-2.discordapp.net',
]);

/** Addresses on Discord's content delivery network. Only numeric ids become part of an address. */
export const emojiUrl = (id: string, animated: boolean): string =>
  `${cdnOrigin()}/emojis/${encodeURIComponent(id)}.${animated ? 'gif' : 'webp'}?size=64`;

export const stickerUrl = (id: string, extension: 'png' | 'gif' | 'json'): string =>
  `${cdnOrigin()}/stickers/${encodeURIComponent(id)}.${extension}`;

export const avatarUrl = (userId: string, hash: string): string =>
  `${cdnOrigin()}/avatars/${encodeURIComponent(userId)}/${encodeURIComponent(hash)}.webp?size=80`;

/** The first address that belongs to Discord: nothing is loaded from elsewhere. */
export function discordMedia(...addresses: readonly (string | undefined)[]): string | null {
  for (const address of addresses) {
    if (address === undefined || !URL.canParse(address)) continue;
    const url = new URL(address);
    if (url.protocol === 'https:' && MEDIA_HOSTS.has(url.host)) return url.href;
  }
  return null;
}
