/**
 * Starts MiniStack (test/emulator/install.sh) on a free port of loopback, as strict as it can be: it evaluates IAM policies, roles of Lambdas
 * included (AUTH), and speaks TLS only (USE_SSL), because the stack's own policies refuse everything else.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { makeCertificate } from '../servers/certificates.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMMAND = join(ROOT, '.reeve/emulator/bin/ministack');
const START_SECONDS = 60;

export interface Emulator {
  readonly url: string;
  /** PEM of the authority that signed the emulator's certificate. */
  readonly authority: string;
  /** Its own, which is good for everything on loopback. */
  readonly certificate: { readonly cert: string; readonly key: string };
  /** For programs that shall take it for AWS. */
  readonly environment: Readonly<Record<string, string>>;
  log(): string;
  stop(): Promise<void>;
}

export async function startEmulator(): Promise<Emulator> {
  const folder = mkdtempSync(join(tmpdir(), 'reeve-emulator-'));
  const authority = makeCertificate({ name: 'Reeve test authority', authority: true });
  const own = makeCertificate({ name: 'localhost', issuer: authority });
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const authorityFile = file('authority.pem', authority.cert);
  const port = await freePort();
  const logFile = join(folder, 'log');
  const log = openSync(logFile, 'w');
  const child = spawn(COMMAND, [], {
    cwd: folder,
    stdio: ['ignore', log, log],
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      TMPDIR: folder,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      AUTH: 'true',
      USE_SSL: '1',
      MINISTACK_SSL_CERT: file('certificate.pem', own.cert + authority.cert),
      MINISTACK_SSL_KEY: file('key.pem', own.key),
      // Its Lambdas have its environment: they must trust it too, and the CDK's own Lambda wants an SDK that is not in its bundle.
      NODE_EXTRA_CA_CERTS: authorityFile,
      NODE_PATH: join(ROOT, 'node_modules'),
      // AWS waits one minute, then two.
      LAMBDA_ASYNC_RETRY_BASE_SECONDS: '1',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `https://localhost:${port}`;
  const emulator: Emulator = {
    url,
    authority: authority.cert,
    certificate: { cert: own.cert + authority.cert, key: own.key },
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      // The CDK's command line reads the first, its asset publishing and the SDK the second.
      AWS_CA_BUNDLE: authorityFile,
      NODE_EXTRA_CA_CERTS: authorityFile,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    log: () => readFileSync(logFile, 'utf8'),
    async stop() {
      child.kill('SIGTERM');
      await Promise.race([ended, pause(10_000).then(() => child.kill('SIGKILL'))]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  child.once('error', (error) =>
    writeFileSync(logFile, `${COMMAND}: ${error.message}; run test/emulator/install.sh`),
  );
  await untilHealthy(emulator);
  return emulator;
}

async function untilHealthy(emulator: Emulator): Promise<void> {
  for (let seconds = 0; seconds < START_SECONDS; seconds += 0.5) {
    if (await isHealthy(emulator)) return;
    await pause(500);
  }
  const log = emulator.log().slice(-2_000);
  await emulator.stop();
  throw new Error(`MiniStack did not start within ${START_SECONDS} s: ${log}`);
}

function isHealthy({ url, authority }: Emulator): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(`${url}/_localstack/health`, { ca: authority, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on('error', () => resolve(false));
    asked.on('timeout', () => asked.destroy());
    asked.end();
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
