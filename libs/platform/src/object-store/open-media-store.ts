import type { z } from 'zod';
import type { mediaStoreKeys } from '../config/media-store-keys.js';
import { FolderStore } from './folder-store.js';
import type { ObjectStore } from './object-store.js';

export type MediaStoreConfig = z.output<z.ZodObject<typeof mediaStoreKeys>>;

/** The store of the configuration; undefined: files are not kept. */
export const openMediaStore = ({ MEDIA_DIR }: MediaStoreConfig): ObjectStore | undefined =>
  MEDIA_DIR === undefined ? undefined : new FolderStore(MEDIA_DIR);
