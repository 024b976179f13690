module.exports = {
  '.': ['ingest', 'live', 'pipeline', 'project'],
  ingest: [],
  live: [],
  pipeline: [],
  project: [],
};
