import { ServiceUrl } from './service-url.js';

describe('ServiceUrl', () => {
  it.each([
    ['https://relay.example', 'https://relay.example/api/v1/guilds'],
    ['https://relay.example/', 'https://relay.example/api/v1/guilds'],
    ['https://example.org/relay', 'https://example.org/relay/api/v1/guilds'],
    ['https://example.org/relay/', 'https://example.org/relay/api/v1/guilds'],
    ['http://localhost:3000/a/b?x=1', 'http://localhost:3000/a/b/api/v1/guilds'],
  ])('ServiceUrl finds the endpoints of a service at %s', (url, expected) =>
    expect(new ServiceUrl(url).at('/api/v1/guilds').href).toBe(expected),
  );

  it('ServiceUrl keeps a query', () =>
    expect(new ServiceUrl('https://example.org/relay').at('/api/stream?guild=1').href).toBe(
      'https://example.org/relay/api/stream?guild=1',
    ));
});
