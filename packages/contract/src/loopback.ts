/** Hosts that are this machine, by name or number, as `URL.hostname` has them. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether an address is HTTP to the same machine, which no other machine can read. */
export const isLoopbackUrl = ({ protocol, hostname }: URL): boolean => protocol === 'http:' && LOOPBACK.test(hostname);
