/** Files under keys, in a folder or in S3-compatible storage; separate because only two programs need it. */
export * from './object-store/folder-store.js';
export * from './object-store/object-store.js';
export * from './object-store/open-media-store.js';
export * from './object-store/s3-store.js';
