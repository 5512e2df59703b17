/** Makes X.509 certificates for tests, good and bad, with nothing but node:crypto: a small DER writer (ITU-T X.690). */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

export interface Certificate {
  readonly name: string;
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  readonly privateKey: KeyObject;
  readonly keyIdentifier: Buffer;
}

export interface CertificateWish {
  readonly name: string;
  /** Signs itself without one. */
  readonly issuer?: Certificate;
  readonly authority?: boolean;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Host names it is good for; 127.0.0.1 and localhost when left out. */
  readonly hosts?: readonly string[];
}

const DAY_MILLIS = 86_400_000;

export function makeCertificate(wish: CertificateWish): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keyIdentifier = randomBytes(20);
  const from = wish.notBefore ?? new Date(Date.now() - DAY_MILLIS);
  const to = wish.notAfter ?? new Date(Date.now() + DAY_MILLIS);
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    sequence(ECDSA_WITH_SHA256),
    distinguishedName(wish.issuer?.name ?? wish.name),
    sequence(time(from), time(to)),
    distinguishedName(wish.name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions(wish, keyIdentifier))),
  );
  const signature = sign('sha256', body, wish.issuer?.privateKey ?? privateKey);
  const whole = sequence(body, sequence(ECDSA_WITH_SHA256), bits(signature));
  return {
    name: wish.name,
    cert: pem('CERTIFICATE', whole),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey,
    keyIdentifier,
  };
}

function extensions(wish: CertificateWish, keyIdentifier: Buffer): Buffer[] {
  const authority = wish.authority === true;
  const hosts = (wish.hosts ?? ['127.0.0.1', 'localhost']).map((host) =>
    host === '127.0.0.1' ? der(0x87, Buffer.from([127, 0, 0, 1])) : der(0x82, Buffer.from(host)),
  );
  return [
    extension('551d13', sequence(...(authority ? [der(0x01, Buffer.from([0xff]))] : []))),
    extension('551d0e', der(0x04, keyIdentifier)),
    extension('551d23', sequence(der(0x80, wish.issuer?.keyIdentifier ?? keyIdentifier))),
    ...(authority ? [] : [extension('551d11', sequence(...hosts))]),
  ];
}

const extension = (id: string, value: Buffer) =>
  sequence(der(0x06, Buffer.from(id, 'hex')), der(0x04, value));
const ECDSA_WITH_SHA256 = der(0x06, Buffer.from('2a8648ce3d040302', 'hex'));
const COMMON_NAME = der(0x06, Buffer.from('550403', 'hex'));

function distinguishedName(name: string): Buffer {
  return sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(name)))));
}

/** GeneralizedTime: 20260102030405Z. */
function time(at: Date): Buffer {
  return der(0x18, Buffer.from(at.toISOString().replace(/\.\d+/, '').replaceAll(/[-:T]/g, '')));
}

const bits = (value: Buffer) => der(0x03, Buffer.concat([Buffer.from([0]), value]));
function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function der(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const size =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : [0x82, Math.floor(length / 0x100), length % 0x100];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
