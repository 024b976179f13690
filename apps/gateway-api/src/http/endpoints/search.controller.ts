import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { RestSearchPage } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { searchMessages, type SearchRequest } from '../../read/messages/search.query.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { Answers, AuthenticatedApi } from '../openapi/documented.js';
import { AuthorizedReader, historyChannels } from './authorized-reader.js';
import { SearchQueryDto } from './requests.dto.js';
import { SearchLimit } from './search-limit.js';

@Controller('api/v1/search')
@AuthenticatedApi('Search')
export class SearchController {
  constructor(
    @Inject(AuthorizedReader) private readonly reading: AuthorizedReader,
    @Inject(SearchLimit) private readonly limit: SearchLimit,
  ) {}

  @Get()
  @Answers(
    'SearchPage',
    'Messages that match the words, newest first, from the channels whose history you may read.',
  )
  search(
    @CurrentPrincipal() principal: Principal,
    @Query() request: SearchQueryDto,
  ): Promise<RestSearchPage> {
    return this.limit.run(principal.id, () =>
      this.reading.inGuild(principal, request.guild, async ({ query, loadRights }) => {
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
