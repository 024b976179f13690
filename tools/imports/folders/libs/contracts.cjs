module.exports = {
  '.': ['changes', 'errors.ts', 'events', 'formats.ts', 'rest', 'service-name.ts', 'snowflake.ts', 'wire'],
  changes: ['events', 'formats.ts', 'snowflake.ts', 'wire'],
  'errors.ts': [],
  events: ['formats.ts', 'snowflake.ts'],
  'formats.ts': [],
  rest: ['changes', 'errors.ts', 'events', 'formats.ts', 'service-name.ts', 'snowflake.ts', 'wire'],
  'service-name.ts': [],
  'snowflake.ts': [],
  wire: ['events', 'formats.ts', 'snowflake.ts'],
};
