import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { App } from './app.js';
import { pathPrefix } from './routes/service-root.js';

// Browsers resolve a relative address of the icon again at each address of the page, so it must be absolute.
document.querySelectorAll<HTMLLinkElement>('link[rel="icon"]').forEach((icon) => {
  icon.setAttribute('href', icon.href);
});

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Router base={pathPrefix}>
      <App />
    </Router>
  </StrictMode>,
);
