import { Inject, Injectable } from '@nestjs/common';
import type { RestSearchPage } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { searchMessages, type SearchRequest } from '../../read/messages/search.query.js';
import { AuthorizedReader, historyChannels } from './authorized-reader.js';
import type { SearchQueryDto } from './requests.dto.js';
import { SearchLimit } from './search-limit.js';

/** Messages that match, from the channels whose history the caller may read; for REST and for MCP. */
@Injectable()
export class SearchReads {
  constructor(
    @Inject(AuthorizedReader) private readonly reader: AuthorizedReader,
    @Inject(SearchLimit) private readonly limit: SearchLimit,
  ) {}

  /** @throws AppError as {@link AuthorizedReader.inGuild} and `UserConcurrency` */
  search(principal: Principal, request: SearchQueryDto): Promise<RestSearchPage> {
    return this.limit.run(principal.id, () =>
      this.reader.inGuild(principal, request.guild, async ({ query, loadRights }) => {
        const channelIds = await historyChannels(
          loadRights,
          request.channel === undefined ? undefined : [request.channel],
        );
        return searchMessages(query, { ...conditionsOf(request), channelIds });
      }),
    );
  }
}

const conditionsOf = ({
  q,
  author,
  from,
  to,
  ...rest
}: SearchQueryDto): Omit<SearchRequest, 'channelIds'> => ({
  ...rest,
  ...(q !== undefined && { text: q }),
  ...(author !== undefined && { authorId: author }),
  from: from === undefined ? undefined : new Date(from),
  to: to === undefined ? undefined : new Date(to),
});
