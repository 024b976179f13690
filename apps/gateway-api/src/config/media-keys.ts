import type { z } from 'zod';
import { checkMediaStoreKeys, integer, keepsMedia, mediaStoreKeys } from '@discord-relay/platform';

export const mediaKeys = {
  ...mediaStoreKeys,
  MEDIA_SWEEP_INTERVAL_S: integer(1, 604_800)
    .default(3_600)
    .describe('How often the kept files of deleted messages are removed, in seconds.'),
};

type MediaConfig = z.output<z.ZodObject<typeof mediaKeys>> & { JWT_SECRET?: string | undefined };

/** Checks that concern several keys. */
export function checkMediaKeys(config: MediaConfig, refuse: (key: string, message: string) => void): void {
  checkMediaStoreKeys(config, refuse);
  if (keepsMedia(config) && !config.JWT_SECRET)
    refuse('JWT_SECRET', 'missing: it signs the links of kept files (MEDIA_DIR, MEDIA_S3_*)');
}
