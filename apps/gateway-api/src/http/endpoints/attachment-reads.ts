import { Inject, Injectable } from '@nestjs/common';
import { AppError, type AttachmentState } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { ReadModelDatabase } from '../../database/read-model.database.js';
import { findAttachments } from '../../read/messages/attachments.query.js';
import { Id, Text } from '../../validation/fields.js';
import { AuthorizedReader } from './authorized-reader.js';

export class AttachmentParamsDto {
  @Id('Id of the message.')
  messageId!: string;

  @Id('Id of the attachment.')
  attachmentId!: string;
}

export class FileQueryDto {
  @Text('Whose link this is, with a signature.')
  ticket!: string;
}

/** Attachments as they are recorded, for callers who may read their messages. */
@Injectable()
export class AttachmentReads {
  constructor(
    @Inject(ReadModelDatabase) private readonly database: ReadModelDatabase,
    @Inject(AuthorizedReader) private readonly reader: AuthorizedReader,
  ) {}

  /** @throws AppError `ATTACHMENT.NOT_FOUND`, also where the caller may not read the message */
  async attachment(
    principal: Principal,
    { messageId, attachmentId }: AttachmentParamsDto,
  ): Promise<AttachmentState> {
    const found = await findAttachments(this.database, messageId);
    if (!found) throw new AppError('ATTACHMENT.NOT_FOUND');
    return this.reader
      .inChannel(principal, found.channelId, 'history', async ({ query }) => {
        // Read again, now in the same state of the database as the rights.
        const { attachments } = (await findAttachments(query, messageId)) ?? {};
        const attachment = attachments?.find(({ id }) => id === attachmentId);
        if (!attachment) throw new AppError('ATTACHMENT.NOT_FOUND');
        return attachment;
      })
      .catch((error: unknown) => {
        const isHidden = error instanceof AppError && error.code.startsWith('CHANNEL.');
        throw isHidden ? new AppError('ATTACHMENT.NOT_FOUND') : error;
      });
  }
}
