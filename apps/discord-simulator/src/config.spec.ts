import { ConfigError, parseConfig } from './config.js';

describe('configuration', () => {
  it('the configuration defaults to port 8787 and prefers SIM_PORT to PORT', () => {
    expect(parseConfig({}).options.port).toBe(8787);
    expect(parseConfig({ PORT: '1' }).options.port).toBe(1);
    expect(parseConfig({ PORT: '1', SIM_PORT: '2' }).options.port).toBe(2);
    expect(parseConfig({ SIM_PORT: '' }).options.port).toBe(8787);
  });

  it('the configuration names every invalid variable at once, but no value', () => {
    const parse = () => parseConfig({ SIM_PORT: 'secret1', SIM_SCENARIO: 'secret2', SIM_SHARDS: '0' });
    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(/SIM_SCENARIO.*|SIM_PORT/);
    try {
      parse();
    } catch (error) {
      const { problems } = error as ConfigError;
      expect(problems.map((problem) => problem.split(':')[0]).sort()).toEqual([
        'SIM_PORT',
        'SIM_SCENARIO',
        'SIM_SHARDS',
      ]);
      expect(problems.join()).not.toMatch(/secret/);
    }
  });
});
