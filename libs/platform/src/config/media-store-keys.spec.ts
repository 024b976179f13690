import { z } from 'zod';
import { FolderStore } from '../object-store/folder-store.js';
import { openMediaStore } from '../object-store/open-media-store.js';
import { S3Store } from '../object-store/s3-store.js';
import { ConfigError, loadConfig } from './load-config.js';
import { checkMediaStoreKeys, keepsMedia, mediaStoreKeys } from './media-store-keys.js';

const schema = z
  .object(mediaStoreKeys)
  .superRefine((config, context) =>
    checkMediaStoreKeys(config, (key, message) => context.addIssue({ code: 'custom', path: [key], message })),
  );
const S3 = {
  MEDIA_S3_ENDPOINT: 'https://s3.example.com',
  MEDIA_S3_BUCKET: 'files',
  MEDIA_S3_ACCESS_KEY_ID: 'id',
  MEDIA_S3_SECRET_ACCESS_KEY: 'secret',
};

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    loadConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('mediaStoreKeys', () => {
  it.each([
    ['nothing', {}, undefined],
    ['a folder', { MEDIA_DIR: '/nowhere/media' }, FolderStore],
    ['S3-compatible storage', S3, S3Store],
    ['S3-compatible storage with a prefix', { ...S3, MEDIA_S3_PREFIX: 'relay/media' }, S3Store],
  ])('%s is opened', (_, env, store) => {
    const config = loadConfig(schema, env);
    expect(openMediaStore(config)?.constructor).toBe(store);
    expect(keepsMedia(config)).toBe(store !== undefined);
  });

  it.each(Object.keys(S3))('S3-compatible storage without %s is refused, and the key is named', (key) =>
    expect(problemsOf({ ...S3, [key]: undefined })).toEqual([
      expect.stringMatching(`^${key}: missing: S3-compatible storage needs MEDIA_S3_ENDPOINT, `),
    ]),
  );

  it('a prefix alone is refused', () =>
    expect(problemsOf({ MEDIA_S3_PREFIX: 'relay' })).toHaveLength(Object.keys(S3).length));

  it('a folder beside S3-compatible storage is refused', () =>
    expect(problemsOf({ ...S3, MEDIA_DIR: '/nowhere/media' })).toEqual([
      'MEDIA_DIR: must not be set beside MEDIA_S3_*: files are kept in one place',
    ]));

  it.each([
    'http://127.0.0.1:9000',
    'http://[::1]:9000',
    'http://localhost:9000',
    'http://minio:9000',
    'http://minio.storage.svc:9000',
    'http://minio.storage.svc.cluster.local',
    'http://10.1.2.3',
    'http://172.31.0.1',
    'http://192.168.1.2:9000',
    'http://[fd12::1]',
    'https://s3.eu-central-1.amazonaws.com',
    'https://example.com/storage/v1/s3',
  ])('%s may be the endpoint', (MEDIA_S3_ENDPOINT) =>
    expect(problemsOf({ ...S3, MEDIA_S3_ENDPOINT })).toEqual([]),
  );

  it.each([
    'http://s3.example.com',
    'http://203.0.113.1',
    'http://172.32.0.1',
    'http://[2001:db8::1]',
    'http://169.254.169.254',
    'http://localhost.example.com',
    'http://svc.example.com',
    'https://user:password@s3.example.com',
    'https://s3.example.com?x=y',
    'https://s3.example.com/#x',
    's3.example.com',
    's3://files',
  ])('%s may not be the endpoint', (MEDIA_S3_ENDPOINT) => {
    const problems = problemsOf({ ...S3, MEDIA_S3_ENDPOINT });
    expect(problems).toEqual([expect.stringMatching(/^MEDIA_S3_ENDPOINT: must /)]);
  });

  it.each([
    ['MEDIA_S3_BUCKET', 'a/b'],
    ['MEDIA_S3_BUCKET', '..'],
    ['MEDIA_S3_BUCKET', 'Files'],
    ['MEDIA_S3_PREFIX', '/a'],
    ['MEDIA_S3_PREFIX', 'a/'],
    ['MEDIA_S3_PREFIX', 'a/../b'],
    ['MEDIA_S3_REGION', 'a/b'],
    ['MEDIA_S3_SECRET_ACCESS_KEY', 'a b'],
  ])('%s may not be %j', (key, value) =>
    expect(problemsOf({ ...S3, [key]: value })).toEqual([expect.stringMatching(`^${key}: must `)]),
  );
});
