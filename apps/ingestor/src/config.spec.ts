import { ConfigError } from '@discord-relay/platform';
import { ingestorSchema, loadIngestorConfig } from './config.js';

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadIngestorConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadIngestorConfig', () => {
  it('the configuration of the ingestor needs no token for a local Discord', () => {
    const config = loadIngestorConfig({ DISCORD_API_URL: 'http://127.0.0.1:1/api' });
    expect(config).toMatchObject({ SHARDS: 'auto', PORT: 3001, PUBLISH_QUEUE_MAX: 50_000 });
    expect(config.PARTITIONS).toBeUndefined();
  });

  it.each([
    ['of the real Discord', {}],
    ['in production', { NODE_ENV: 'production', DISCORD_API_URL: 'http://127.0.0.1:1/api' }],
  ])('the configuration of the ingestor requires the token %s', (_, env) => {
    expect(problemsOf(env)).toEqual([expect.stringMatching(/^DISCORD_TOKEN: is missing/)]);
  });

  it('the configuration of the ingestor names every invalid key and no value', () => {
    const problems = problemsOf({
      DISCORD_TOKEN: 'hunter2',
      DISCORD_GUILD_ID: '1,x',
      SHARDS: 'hunter2',
      PARTITIONS: '0',
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'DISCORD_GUILD_ID',
      'SHARDS',
      'PARTITIONS',
    ]);
    expect(problems.join()).not.toContain('hunter2');
  });

  it('the configuration of the ingestor reads one or several guilds', () => {
    const config = loadIngestorConfig({ DISCORD_TOKEN: 't', DISCORD_GUILD_ID: '1, 2' });
    expect(config.DISCORD_GUILD_ID).toEqual(['1', '2']);
  });

  it('the configuration of the ingestor describes every key', () => {
    for (const [key, field] of Object.entries(ingestorSchema.shape)) {
      expect([key, field.description]).toEqual([key, expect.any(String)]);
    }
  });
});
