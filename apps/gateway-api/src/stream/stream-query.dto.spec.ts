import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { StreamQueryDto } from './stream-query.dto.js';

const problems = (query: Record<string, unknown>) =>
  validateSync(plainToInstance(StreamQueryDto, query), { whitelist: true, forbidNonWhitelisted: true }).map(
    ({ property }) => property,
  );

describe('StreamQueryDto', () => {
  it('lists in the query of a stream are split', () => {
    const query = plainToInstance(StreamQueryDto, {
      guild: '1',
      channels: '2,3',
      types: 'message.created,voice.left',
    });
    expect(query).toMatchObject({ channels: ['2', '3'], types: ['message.created', 'voice.left'] });
    expect(
      problems({ guild: '1', channels: '2,3', types: 'message.created,voice.left', after: '12' }),
    ).toEqual([]);
    expect(problems({ after: '~2s.1' })).toEqual([]);
  });

  it.each([
    ['a guild that is none', { guild: 'x' }, 'guild'],
    ['a list with a hole', { guild: '1', channels: '2,,3' }, 'channels'],
    ['a channel twice', { guild: '1', channels: '2,2' }, 'channels'],
    ['the same key twice', { guild: '1', channels: [['2'], ['3']] }, 'channels'],
    ['a type that is none', { guild: '1', types: 'message.created,typing' }, 'types'],
    ['no type', { guild: '1', types: '' }, 'types'],
    ['a cursor that is none', { guild: '1', after: '1.5' }, 'after'],
    ['a cursor with half a guild', { after: '~2s' }, 'after'],
    ['a cursor beyond the largest number', { guild: '1', after: '9'.repeat(20) }, 'after'],
    ['a field that is not documented', { guild: '1', token: 'x' }, 'token'],
  ])('a stream query with %s is rejected', (_, query, property) =>
    expect(problems(query)).toEqual([property]),
  );
});
