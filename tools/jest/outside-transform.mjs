/**
 * Third-party CommonJS modules are loaded once per jest worker instead of once per test file: inside the file's sandbox
 * such a module is a reference to the one outside, which `test-environment.mjs` hands over.
 */
export default {
  process: (source, filename, { supportsStaticESM }) => ({
    code: supportsStaticESM
      ? source
      : `module.exports = globalThis[Symbol.for('relay.outside')](${JSON.stringify(filename)});`,
  }),
  getCacheKey: (_source, filename, { supportsStaticESM }) =>
    `outside ${supportsStaticESM} ${filename}`.replaceAll(/\W+/g, '-'),
};
