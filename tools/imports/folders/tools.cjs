module.exports = {
  '.': ['build', 'docs', 'local-stack/src', 'programs'],
  build: [],
  docs: ['build'],
  imports: [],
  jest: [],
  'local-stack/src': ['local-stack/src/measure', 'local-stack/src/process', 'local-stack/src/servers'],
  'local-stack/src/measure': [],
  'local-stack/src/process': [],
  'local-stack/src/servers': ['local-stack/src/process'],
  'monitoring/src': [],
  'nest-cli': ['.', 'build'],
  programs: [],
};
