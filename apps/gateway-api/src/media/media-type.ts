/** Types that browsers show without running anything, by the endings of file names. */
const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  webm: 'video/webm',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  oga: 'audio/ogg',
  flac: 'audio/flac',
  wav: 'audio/wav',
};
const SHOWN: ReadonlySet<string> = new Set(Object.values(TYPES));

/**
 * The type as which a file of a user is sent; undefined: as a download without a type, as for HTML and SVG, which can contain scripts.
 * @param contentType as Discord said; null: not known
 */
export function shownType(contentType: string | null, filename: string): string | undefined {
  const said = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (said !== '') return SHOWN.has(said) ? said : undefined;
  const ending = /\.([a-z\d]+)$/i.exec(filename)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(TYPES, ending) ? TYPES[ending] : undefined;
}

const MAX_NAME_CHARS = 200;

/** `Content-Disposition` with the name of the file (RFC 6266), whatever characters it has. */
export function dispositionOf(kind: 'inline' | 'attachment', filename: string): string {
  const name = filename.slice(0, MAX_NAME_CHARS).replaceAll(/[\p{Cc}\p{Cs}/\\]/gu, '_');
  const plain = name.replaceAll(/[^\x20-\x7e]|["%]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
