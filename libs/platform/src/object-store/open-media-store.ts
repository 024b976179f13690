import type { MediaStoreConfig } from '../config/media-store-keys.js';
import { FolderStore } from './folder-store.js';
import type { ObjectStore } from './object-store.js';
import { S3Store } from './s3-store.js';

/** The store of a configuration that was checked; undefined: files are not kept. */
export function openMediaStore(config: MediaStoreConfig): ObjectStore | undefined {
  if (config.MEDIA_DIR !== undefined) return new FolderStore(config.MEDIA_DIR);
  if (config.MEDIA_S3_ENDPOINT === undefined) return undefined;
  return new S3Store({
    endpoint: config.MEDIA_S3_ENDPOINT,
    bucket: config.MEDIA_S3_BUCKET ?? '',
    region: config.MEDIA_S3_REGION,
    prefix: config.MEDIA_S3_PREFIX,
    accessKeyId: config.MEDIA_S3_ACCESS_KEY_ID ?? '',
    secretAccessKey: config.MEDIA_S3_SECRET_ACCESS_KEY ?? '',
  });
}
