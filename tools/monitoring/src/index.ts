import type { Dashboard } from './dashboard.js';
import { guild } from './guild-dashboard.js';
import { delivery, discord, overview, pipeline, stores } from './service-dashboards.js';

export { grafanaDashboard, type Dashboard, type Panel, POSTGRES_VARIABLES, type Unit } from './dashboard.js';

export const DASHBOARDS: readonly Dashboard[] = [overview, pipeline, delivery, discord, stores, guild];
