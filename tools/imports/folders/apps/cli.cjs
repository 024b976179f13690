module.exports = {
  '.': ['commands', 'config.ts', 'format', 'services'],
  commands: ['config.ts', 'export', 'format', 'services'],
  'config.ts': [],
  export: ['format', 'services'],
  format: ['services'],
  services: ['config.ts'],
};
