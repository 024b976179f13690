import styles from './archive.css?inline';
import { createArchiveRenderer } from './archive-renderer.js';

/** What `relay export --format html` loads: see vite.archive.config.ts. */
export const archiveRenderer = createArchiveRenderer(styles);
