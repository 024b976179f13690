import type { Response } from 'express';
import { AppError } from '@discord-relay/contracts';
import { disconnectWhenStalled } from '../../network/stalled-client.js';
import type { StoredFile } from '../jobs/export-row.js';

const MEDIA_TYPES: Record<string, string> = {
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
  json: 'application/json; charset=utf-8',
  html: 'text/html; charset=utf-8',
};

interface Sent {
  /** Folder below which the file is. */
  root: string;
  file: StoredFile;
  /** For the disk of the client. */
  name: string;
}

/**
 * Sends a file or the range of it that the client asks for. Resolves when it is sent or the client has gone away.
 * @throws AppError `EXPORT.GONE` when the file was deleted meanwhile; what the file system reports
 */
export function sendFile(response: Response, { root, file, name }: Sent): Promise<void> {
  response.setHeader('ETag', `"${file.sha256}"`);
  response.setHeader('Content-Type', MEDIA_TYPES[name.split('.').at(-1)!] ?? 'application/octet-stream');
  response.setHeader('Content-Disposition', `attachment; filename="${name}"`);
  disconnectWhenStalled(response);
  // The folder may be below one whose name begins with a dot.
  const options = { root, dotfiles: 'allow', cacheControl: false, lastModified: false } as const;
  return new Promise((resolve, reject) => {
    response.sendFile(file.path, options, (error?: NodeJS.ErrnoException & { status?: number }) => {
      if (!error || response.destroyed || response.headersSent) return resolve();
      if (error.status === 416) return resolve(void response.status(416).end());
      for (const header of ['ETag', 'Content-Disposition', 'Content-Type']) response.removeHeader(header);
      reject(error.status === 404 ? new AppError('EXPORT.GONE') : error);
    });
  });
}
