/**
 * Sees every TCP connection of this process at the last moment before the system call, notes its address, and leads it to a local port
 * instead: no test packet leaves the machine, and what would have left is known. A socket goes on believing in the address it asked for.
 */
interface TcpHandle {
  connect: (request: object, address: string, port: number) => number;
  connect6: (request: object, address: string, port: number) => number;
  getpeername: (into: { address?: string; family?: string; port?: number }) => number;
}

export interface ConnectTrap {
  /** `address:port` of every connection since the start or the last `clear`. */
  readonly opened: string[];
  clear(): void;
  remove(): void;
}

/** @param deceived false: a socket notices that it was led to 127.0.0.1 */
export function setConnectTrap(leadTo: number, deceived = true): ConnectTrap {
  const { TCP } = (
    process as unknown as { binding(name: 'tcp_wrap'): { TCP: { prototype: TcpHandle } } }
  ).binding('tcp_wrap');
  const handle = TCP.prototype;
  const original = { connect: handle.connect, connect6: handle.connect6, getpeername: handle.getpeername };
  const opened: string[] = [];
  const believed = new WeakMap<TcpHandle, { address: string; port: number }>();
  const lead = function (this: TcpHandle, request: object, address: string, port: number): number {
    opened.push(`${address}:${port}`);
    if (deceived) believed.set(this, { address, port });
    return Reflect.apply(original.connect, this, [request, '127.0.0.1', leadTo]);
  };
  handle.connect = lead;
  handle.connect6 = lead;
  handle.getpeername = function (this: TcpHandle, into) {
    const result = Reflect.apply(original.getpeername, this, [into]);
    const peer = believed.get(this);
    if (peer !== undefined)
      Object.assign(into, peer, { family: peer.address.includes(':') ? 'IPv6' : 'IPv4' });
    return result;
  };
  return {
    opened,
    clear: () => void opened.splice(0),
    remove: () => void Object.assign(handle, original),
  };
}
