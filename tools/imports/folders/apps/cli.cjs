module.exports = {
  '.': ['commands', 'config.ts', 'format', 'services'],
  commands: ['config.ts', 'export', 'format', 'import', 'import/media', 'mcp', 'services'],
  'config.ts': [],
  export: ['format', 'services'],
  format: ['services'],
  import: ['format', 'import/map', 'import/media', 'import/parse', 'import/write', 'services'],
  'import/map': ['format', 'import/parse'],
  'import/media': [],
  'import/parse': [],
  'import/write': [],
  mcp: ['config.ts', 'services'],
  services: ['config.ts'],
};
