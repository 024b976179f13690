import type { Readable } from 'node:stream';
import {
  AppError,
  contentKey,
  keptFilesOf,
  parseKeptFileKey,
  type Snowflake,
} from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { ByteRange, ObjectStore } from '@discord-relay/platform/object-store';

/** The content of a kept file. */
export interface KeptContent {
  bytes: number;
  sha256: string;
}

/** The files of attachments that imports kept: docs/import.md. */
export class KeptFiles {
  constructor(
    /** undefined: none are kept. */
    private readonly store: ObjectStore | undefined,
    private readonly logger: Logger,
  ) {}

  /** undefined: no file of the attachment was kept. @throws AppError `MEDIA.UNAVAILABLE` */
  async find(messageId: string, attachmentId: string): Promise<KeptContent | undefined> {
    const { store } = this;
    if (!store) return undefined;
    return this.using(async () => {
      for await (const key of store.list(keptFilesOf(messageId as Snowflake))) {
        const file = parseKeptFileKey(key);
        if (file?.attachmentId !== attachmentId) continue;
        const bytes = await store.sizeOf(contentKey(file.sha256));
        if (bytes !== undefined) return { bytes, sha256: file.sha256 };
        this.logger.warn(
          { messageId, attachmentId },
          'the content of a kept file is not there: import it again',
        );
      }
      return undefined;
    });
  }

  /** As {@link find}. @throws AppError `ATTACHMENT.NOT_FOUND`, `MEDIA.UNAVAILABLE` */
  async existing(messageId: string, attachmentId: string): Promise<KeptContent> {
    const content = await this.find(messageId, attachmentId);
    if (!content) throw new AppError('ATTACHMENT.NOT_FOUND');
    return content;
  }

  /** @throws AppError `ATTACHMENT.NOT_FOUND` when the content was removed since it was found; `MEDIA.UNAVAILABLE` */
  async read({ sha256 }: KeptContent, range?: ByteRange): Promise<Readable> {
    const content = await this.using(() => Promise.resolve(this.store?.read(contentKey(sha256), range)));
    if (!content) throw new AppError('ATTACHMENT.NOT_FOUND');
    return content;
  }

  private async using<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      this.logger.warn({ err: cause }, 'the store of kept files cannot be used');
      throw new AppError('MEDIA.UNAVAILABLE', 'the store of kept files cannot be used now', { cause });
    }
  }
}
