import { RequestMethod, type Type } from '@nestjs/common';
import { CONTROLLERS } from '../simulator.module.js';

/** Every served route with its methods: `/channels/:id -> GET PATCH`, without the API's prefix. */
export function servedRoutes(): Map<string, string> {
  const methodsByPath = new Map<string, Set<string>>();
  for (const controller of CONTROLLERS) {
    for (const { path, method } of routesOf(controller)) {
      const methods = methodsByPath.get(path) ?? new Set<string>();
      methodsByPath.set(path, methods.add(method));
    }
  }
  const sorted = [...methodsByPath].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([path, methods]) => [path, [...methods].sort().join(' ')]));
}

function routesOf(controller: Type): { path: string; method: string }[] {
  const prototype = controller.prototype as Record<string, object>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name] as object;
    const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    const paths = listOf(Reflect.getMetadata('path', handler));
    return listOf(Reflect.getMetadata('path', controller)).flatMap((prefix) =>
      paths.map((path) => ({ path: joined(prefix, path), method: RequestMethod[method] })),
    );
  });
}

function listOf(path: unknown): string[] {
  return [path].flat() as string[];
}

/** Gives parameters the same name everywhere, because the preceding segment identifies them. */
function joined(prefix: string, path: string): string {
  const whole = `/${prefix}/${path}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
  return whole.replace(/^\/api\/v10/, '').replace(/:\w+/g, ':id');
}
