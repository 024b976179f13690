import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { RestSearchPage } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { searchMessages, type SearchRequest } from '../../read/search.query.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { Answers, ForUsers } from '../openapi/documented.js';
import { demand, type GuildReading, Reading } from './reading.js';
import { SearchQueryDto } from './requests.dto.js';
import { SearchTurns } from './search-turns.js';

/** Messages by what is in them. */
@Controller('api/v1/search')
@ForUsers('Search')
export class SearchController {
  constructor(
    @Inject(Reading) private readonly reading: Reading,
    @Inject(SearchTurns) private readonly turns: SearchTurns,
  ) {}

  @Get()
  @Answers(
    'SearchPage',
    'Messages with those words, newest first, of the channels in which you may look back.',
  )
  search(
    @CurrentPrincipal() principal: Principal,
    @Query() request: SearchQueryDto,
  ): Promise<RestSearchPage> {
    return this.turns.take(principal.id, () =>
      this.reading.inGuild(principal, request.guild, async ({ query, sight }) => {
        const channelIds = await searchedChannels(sight, request.channel);
        return searchMessages(query, { ...conditionsOf(request), channelIds });
      }),
    );
  }
}

async function searchedChannels(sight: GuildReading['sight'], channelId?: string): Promise<string[]> {
  const { rights, visible } = await sight(channelId === undefined ? undefined : [channelId]);
  if (channelId === undefined) return visible().filter((id) => rights(id).history);
  demand(rights(channelId), 'history');
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
