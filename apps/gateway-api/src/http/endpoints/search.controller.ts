import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { RestSearchPage } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { searchMessages, type SearchRequest } from '../../read/messages/search.query.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { Answers, AuthenticatedApi } from '../openapi/documented.js';
import { requireRights, type GuildReadContext, AuthorizedReader } from './authorized-reader.js';
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
        const channelIds = await searchedChannels(loadRights, request.channel);
        return searchMessages(query, { ...conditionsOf(request), channelIds });
      }),
    );
  }
}

async function searchedChannels(
  loadRights: GuildReadContext['loadRights'],
  channelId?: string,
): Promise<string[]> {
  const { rights, visibleChannels: visible } = await loadRights(
    channelId === undefined ? undefined : [channelId],
  );
  if (channelId === undefined) return visible().filter((id) => rights(id).history);
  requireRights(rights(channelId), 'history');
  return [channelId];
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
