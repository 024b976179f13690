import type { AttachmentState } from '@discord-relay/contracts';

export interface AttachmentProps {
  messageId: string;
  attachment: AttachmentState;
}

export type AttachmentKind = 'image' | 'video' | 'audio' | 'text' | 'file';

const TEXT_EXTENSIONS =
  /\.(?:txt|log|md|json|ya?ml|toml|ini|csv|tsv|xml|html?|css|m?[jt]sx?|py|rb|go|rs|java|kt|c|h|cpp|cs|sh|sql|diff|patch)$/i;

/** SVG can contain scripts, so it is only offered as a download. */
export function attachmentKind({ contentType, filename }: AttachmentState): AttachmentKind {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (/^image\/(?:png|jpe?g|gif|webp|avif|bmp)$/.test(type)) return 'image';
  if (type.startsWith('video/')) return 'video';
  if (type.startsWith('audio/')) return 'audio';
  if (type.startsWith('text/') || type === 'application/json') return 'text';
  // Of an imported message, neither the type nor the size is known.
  if (type === '' && /\.(?:png|jpe?g|gif|webp)$/i.test(filename)) return 'image';
  return TEXT_EXTENSIONS.test(filename) ? 'text' : 'file';
}

/** Discord marks spoilers by a prefix of the file name. */
export const isSpoiler = ({ filename }: AttachmentState): boolean => filename.startsWith('SPOILER_');

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

export function formatBytes(bytes: number, locale?: string): string {
  const step = bytes >= 1 ? Math.min(UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(1_000))) : 0;
  const format = {
    style: 'unit',
    unit: UNITS[step],
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  } as const;
  return new Intl.NumberFormat(locale, format).format(bytes / 1_000 ** step);
}
