/** Raises limits that thousands of sockets of one machine would reach, as environment of a gateway. */
export const HIGH_LIMITS = {
  MAX_SOCKETS_PER_USER: '100000',
  MAX_SOCKETS_PER_ADDRESS: '100000',
  MAX_UNAUTHENTICATED_SOCKETS: '100000',
  MAX_UNAUTHENTICATED_SOCKETS_PER_ADDRESS: '100000',
  CONNECTS_PER_S: '100000',
  SOCKET_REQUESTS_PER_S: '10000',
};
