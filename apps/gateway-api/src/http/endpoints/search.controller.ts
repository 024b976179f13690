import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { RestSearchPage } from '@discord-relay/contracts';
import type { Principal } from '../../access/principal.js';
import { CurrentPrincipal } from '../guards/bearer.guard.js';
import { Answers, AuthenticatedApi } from '../openapi/documented.js';
import { SearchQueryDto } from './requests.dto.js';
import { SearchReads } from './search-reads.js';

@Controller('api/v1/search')
@AuthenticatedApi('Search')
export class SearchController {
  constructor(@Inject(SearchReads) private readonly reads: SearchReads) {}

  @Get()
  @Answers(
    'SearchPage',
    'Messages that match the words, newest first, from the channels whose history you may read.',
  )
  search(
    @CurrentPrincipal() principal: Principal,
    @Query() request: SearchQueryDto,
  ): Promise<RestSearchPage> {
    return this.reads.search(principal, request);
  }
}
