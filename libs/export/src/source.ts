import type { RestExportPage, RestExportSize, RestGap } from '@discord-relay/contracts';
import type { ExportQuery, ExportRequest } from './request.js';

/** Where the messages of an export come from. Rights are those of the moment of each call. */
export interface ExportSource {
  size(query: ExportQuery): Promise<RestExportSize>;
  /** The rows after a row, or the first ones. */
  page(query: ExportQuery, after: string | null): Promise<RestExportPage>;
  /** Every gap of the exported time that the caller may know of, the latest change last. */
  gaps(request: ExportRequest): Promise<RestGap[]>;
}

/** The pages of a query after a row. The next page is requested while the last one is processed. */
export async function* readPages(
  source: Pick<ExportSource, 'page'>,
  query: ExportQuery,
  after: string | null,
): AsyncGenerator<RestExportPage> {
  const request = (from: string | null): Promise<RestExportPage> => {
    const page = source.page(query, from);
    // Awaited below, unless the reader stops before.
    page.catch(() => undefined);
    return page;
  };
  for (let next = request(after); ;) {
    const page = await next;
    const { next: following } = page;
    if (following !== null) next = request(following);
    yield page;
    if (following === null) return;
  }
}
