module.exports = {
  '.': ['connection', 'emitter.ts', 'fallback', 'feeds', 'relay-error.ts', 'replay', 'rest.ts', 'routes.ts'],
  connection: ['emitter.ts', 'relay-error.ts', 'wall-clock.ts'],
  'emitter.ts': [],
  fallback: ['feeds', 'relay-error.ts', 'rest.ts', 'routes.ts'],
  feeds: ['connection', 'emitter.ts', 'relay-error.ts'],
  'relay-error.ts': [],
  replay: ['connection', 'emitter.ts', 'feeds', 'relay-error.ts'],
  'rest.ts': ['connection', 'feeds', 'relay-error.ts'],
  'routes.ts': ['connection', 'feeds', 'relay-error.ts'],
  'wall-clock.ts': [],
};
