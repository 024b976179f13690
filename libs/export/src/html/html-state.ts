import type { ArchivedPart } from '@discord-relay/contracts';
import type { ExportRequest } from '../request.js';

/** What an HTML file depends on besides its rows. */
export interface HtmlState {
  request: ExportRequest;
  run: { seq: number };
  /** Expected number of rows. */
  total: number;
  units: readonly string[];
  /** Index of the unit, number of the file in it, and the row before the file. */
  position: { unit: number; file: number; after: string | null };
  /** The files before it. */
  files: readonly { path: string; rows: number; parts?: readonly ArchivedPart[] }[];
}

export const INDEX = 'index.html';

/** Known from the beginning, because every file leads to it. */
export const hasIndex = ({ units, total, request }: HtmlState): boolean =>
  units.length > 1 || total > request.rowsPerFile;
