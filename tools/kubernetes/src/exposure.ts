import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1';
import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1';
import { labelsOf } from './pods.js';
import type { Source } from './source.js';

const meta = (s: Source) => ({
  name: s.name('gateway-api'),
  labels: { ...labelsOf('gateway-api'), ...s.instanceLabels },
});

/**
 * Without settings of any controller. Sockets and streams send something every 25 s and 15 s, which is less than the usual idle
 * timeout of 60 s; docs/kubernetes.md has the annotations of controllers that need some.
 */
export const ingress = (s: Source): IIngress => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    ...meta(s),
    ...s.keys('ingress.annotations', { annotations: s.block<Record<string, string>>('ingress.annotations') }),
  },
  spec: {
    ...s.keys('ingress.className', { ingressClassName: s.text('ingress.className') }),
    ...s.keys('ingress.tlsSecret', {
      tls: [{ hosts: [s.text('ingress.host')], secretName: s.text('ingress.tlsSecret') }],
    }),
    rules: [
      {
        host: s.text('ingress.host'),
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name: s.name('gateway-api'), port: { name: 'http' } } },
            },
          ],
        },
      },
    ],
  },
});

/** A request may last as long as a stream or a socket: 0s disables the limit. */
export const httpRoute = (s: Source): IHTTPRoute => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: meta(s),
  spec: {
    parentRefs: [{ name: s.text('httpRoute.gateway'), namespace: s.text('httpRoute.gatewayNamespace') }],
    hostnames: [s.text('httpRoute.host')],
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: '/' } }],
        timeouts: { request: '0s' },
        backendRefs: [{ name: s.name('gateway-api'), port: 80 }],
      },
    ],
  },
});
