export const SERVICES = ['ingestor', 'projector', 'gateway-api'] as const;
export type ServiceName = (typeof SERVICES)[number];
