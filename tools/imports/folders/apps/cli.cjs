module.exports = {
  '.': ['commands', 'config.ts', 'format', 'services'],
  commands: ['config.ts', 'export', 'format', 'import', 'mcp', 'services'],
  'config.ts': [],
  export: ['format', 'services'],
  format: ['services'],
  import: ['format', 'import/map', 'import/parse', 'import/write', 'services'],
  'import/map': ['format', 'import/parse'],
  'import/parse': [],
  'import/write': [],
  mcp: ['config.ts', 'services'],
  services: ['config.ts'],
};
