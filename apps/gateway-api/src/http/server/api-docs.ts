import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import helmet from 'helmet';
import { openApiDocument } from '../openapi/document.js';

const PATH = '/api/docs';

/** Swagger UI at /api/docs, and the document that it shows at /api/openapi.json. */
export function serveApiDocs(app: NestExpressApplication): void {
  app.use(PATH, helmet.contentSecurityPolicy({ useDefaults: false, directives: CONTENT_SECURITY_POLICY }));
  SwaggerModule.setup(PATH, app, () => openApiDocument(app), {
    jsonDocumentUrl: '/api/openapi.json',
    raw: ['json'],
    swaggerOptions: { supportedSubmitMethods: ['get'] },
  });
}

/** The page's policy, except that Swagger UI sets inline styles and embeds images in its scripts. */
const CONTENT_SECURITY_POLICY = {
  'default-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
  'img-src': ["'self'", 'data:'],
  'object-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
};
