export * from './monitoring/metrics-page.js';
