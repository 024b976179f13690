module.exports = {
  '.': ['commands', 'config.ts', 'format', 'services'],
  commands: ['config.ts', 'format', 'services'],
  'config.ts': [],
  format: ['services'],
  services: ['config.ts'],
};
