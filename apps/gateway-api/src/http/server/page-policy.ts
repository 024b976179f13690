export type Media = 'on' | 'off';

/** Discord's hosts of attachments, and its image proxy for other sites. */
const PICTURES = [
  'https://cdn.discordapp.com',
  'https://media.discordapp.net',
  'https://images-ext-1.discordapp.net',
  'https://images-ext-2.discordapp.net',
];
const FILES = ['https://cdn.discordapp.com', 'https://media.discordapp.net'];

/**
 * The page's content security policy, for the page as Vite builds it: its own scripts and styles, and a socket to its own
 * origin.
 * @param origins where media may come from as well
 */
export function pagePolicy(media: Media, origins: readonly string[] = []): Record<string, string[]> {
  const [pictures, files] =
    media === 'on'
      ? [[...new Set([...PICTURES, ...origins])], [...new Set([...FILES, ...origins])]]
      : [[], []];
  return {
    'default-src': ["'self'"],
    'base-uri': ["'none'"],
    // Animated stickers are fetched.
    'connect-src': ["'self'", ...files],
    'font-src': ["'self'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
    'img-src': ["'self'", 'data:', ...pictures],
    'media-src': ["'self'", ...files],
    'object-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
  };
}

/** Where the page's media come from. */
export interface MediaSettings {
  media: Media;
  /** The origin of avatars, emojis and stickers. */
  cdn: string;
}

/** States in the HTML of the page whether the policy allows media, and where avatars, emojis and stickers are. */
export const withMedia = (html: string, { media, cdn }: MediaSettings): string =>
  html
    .replace('name="relay-media" content="on"', `name="relay-media" content="${media}"`)
    .replace(/name="relay-cdn" content="[^"]*"/, () => `name="relay-cdn" content="${cdn}"`);
