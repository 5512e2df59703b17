/**
 * Connects to addresses that were judged, and to no others.
 *
 * A guard that judges a name and lets the client resolve it again can be rebound, and one that judges only look-ups never sees a literal
 * address. So literals are judged before a socket exists, names inside the very look-up whose answer the socket uses, and at the end the
 * address that the socket says it is connected to.
 */
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import { ReeveError } from '../session/errors.ts';
import { refusalOfAddress } from './address.ts';
import type { RemotePolicy } from './policy.ts';
import type { RemoteClock, Resolver } from './world.ts';

type ConnectPolicy = Pick<RemotePolicy, 'connectSeconds' | 'allowLoopback' | 'allowPrivate'>;
type ConnectResult = Parameters<buildConnector.Callback>;

export interface ConnectParts {
  readonly policy: ConnectPolicy;
  readonly clock: RemoteClock;
  readonly resolver: Resolver;
  /** PEM certificates to trust besides the public ones. */
  readonly authorities?: readonly string[];
}

/** For the `connect` of an undici Agent. Its errors are `ReeveError`s, or Node's and undici's own, which `failureOf` reads. */
export function createConnect(parts: ConnectParts): buildConnector.connector {
  const { policy, clock } = parts;
  const attempts = policy.connectSeconds * 1_000;
  // The connector returns its socket, although its type does not say so.
  const open = buildConnector({
    timeout: 0,
    lookup: judgingLookup(parts),
    autoSelectFamily: true,
    // Node gives up an address after this when there is another one to try; a quarter leaves time for both families.
    autoSelectFamilyAttemptTimeout: Math.max(10, Math.ceil(attempts / 4)),
    ...secureContextOf(parts.authorities),
  }) as unknown as (...[options, callback]: Parameters<buildConnector.connector>) => Socket;
  return (options, callback) => {
    const host = options.hostname;
    if (isIP(host) !== 0) {
      const refusal = refusalOfAddress(host, policy);
      if (refusal !== undefined) {
        callback(forbidden(host, host, refusal), null);
        return;
      }
    }
    let settled = false;
    const settle = (...result: ConnectResult): void => {
      if (settled) return;
      settled = true;
      takeBack();
      callback(...result);
    };
    const socket = open(options, (...[error, connected]) => {
      if (error === null) settle(...judgedSocket(connected, host, policy));
      else settle(error, null);
    });
    // If it was this process that was busy, the connection may be there: that comes first in the loop of events.
    const takeBack = clock.after(attempts, () =>
      setImmediate(() => {
        if (settled) return;
        settle(connectTooSlow(options.protocol, options.host ?? host, policy), null);
        socket.destroy();
      }),
    );
  };
}

function connectTooSlow(protocol: string, host: string, policy: ConnectPolicy): ReeveError {
  const steps = protocol === 'https:' ? 'name, TCP and TLS' : 'name and TCP';
  return new ReeveError(
    'RemoteTooSlow',
    `No connection to ${host} (${steps}) within ${policy.connectSeconds} s (connectSeconds)`,
  );
}

/** The socket, if it is connected to an address that may be. */
function judgedSocket(socket: Socket, host: string, policy: ConnectPolicy): ConnectResult {
  const address = socket.remoteAddress;
  if (address === undefined || socket.destroyed) {
    socket.destroy();
    return [Object.assign(new Error('closed at once'), { code: 'ECONNRESET' }), null];
  }
  const refusal = refusalOfAddress(address, policy);
  if (refusal === undefined) return [null, socket];
  socket.destroy();
  return [forbidden(host, address, refusal), null];
}

/** One bad address among several is enough: which of them a socket would take is not ours to choose. */
function judgingLookup({ policy, resolver }: ConnectParts): LookupFunction {
  return (name, options, callback) => {
    const refuse = (error: Error): void => callback(error, '');
    void resolver(name).then(
      (addresses) => {
        for (const address of addresses) {
          const refusal = refusalOfAddress(address, policy);
          if (refusal !== undefined) {
            refuse(forbidden(name, address, refusal));
            return;
          }
        }
        const [first] = addresses;
        if (first === undefined) {
          refuse(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }));
          return;
        }
        if (options.all !== true) {
          callback(null, first, isIP(first));
          return;
        }
        callback(
          null,
          addresses.map((address) => ({ address, family: isIP(address) })),
        );
      },
      (error: unknown) => refuse(error instanceof Error ? error : new Error(String(error))),
    );
  };
}

/** Naming authorities replaces Node's own list, so that is given too; parsed once, for it is long. */
function secureContextOf(authorities: readonly string[] = []): { secureContext?: SecureContext } {
  return authorities.length === 0
    ? {}
    : { secureContext: createSecureContext({ ca: [...rootCertificates, ...authorities] }) };
}

function forbidden(host: string, address: string, refusal: string): ReeveError {
  const which = host === address ? host : `${host} is ${address}`;
  return new ReeveError('RemoteForbidden', `${which}, ${refusal}, and may not be fetched`);
}
