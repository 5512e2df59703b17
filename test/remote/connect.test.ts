/** Names are judged by what they resolve to, in the very look-up that the socket uses; a trap under the sockets is the witness. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createRemote, type RemoteSetup } from '../../lib/remote/remote.ts';
import type { Resolver } from '../../lib/remote/world.ts';
import { setConnectTrap, type ConnectTrap } from '../servers/connect-trap.ts';
import { endOf, serve, testPolicy, type Ended, type TestServer } from './remotes.ts';

const PUBLIC = '93.184.215.14';
let canary: TestServer;
let trap: ConnectTrap;
let asked: string[];

beforeAll(async () => {
  // Closes after each answer, so that each request connects anew; leads on to where `?to=` says.
  canary = await serve((request, response) => {
    asked.push(request.headers.host ?? '');
    const to = new URL(request.url ?? '', 'http://canary').searchParams.get('to');
    response
      .writeHead(to === null ? 200 : 302, { connection: 'close', ...(to !== null && { location: to }) })
      .end('canary');
  });
  trap = setConnectTrap(canary.port);
  asked = [];
});
afterEach(() => {
  trap.clear();
  asked = [];
});
afterAll(async () => {
  trap.remove();
  await canary.stop();
});

async function ask(url: string, resolver: Resolver, setup: Partial<RemoteSetup> = {}): Promise<Ended> {
  const remote = createRemote({ policy: testPolicy(), resolver, ...setup });
  try {
    return await endOf(remote, url);
  } finally {
    await remote.close();
  }
}

/** Counts its look-ups. */
function names(book: Readonly<Record<string, readonly string[]>>): Resolver & { lookups: number } {
  const resolver = (name: string) => {
    resolver.lookups += 1;
    return Promise.resolve(book[name] ?? [PUBLIC]);
  };
  resolver.lookups = 0;
  return resolver;
}

const failing = (code: string) => {
  const resolver = () => {
    resolver.lookups += 1;
    return Promise.reject(Object.assign(new Error(`getaddrinfo ${code}`), { code }));
  };
  resolver.lookups = 0;
  return resolver;
};

describe('names that resolve to forbidden addresses', () => {
  const rows = {
    'ssrf-dns-02': ['169.254.169.254', '10.0.0.5', '100.64.0.1', '0.0.0.0', '127.0.0.1', '168.63.129.16'],
    'ssrf-dns-03': [
      '::1',
      '::ffff:127.0.0.1',
      'fd00:ec2::254',
      '64:ff9b::a9fe:a9fe',
      '2002:a9fe:a9fe::1',
      'fe80::1%eth0',
    ],
  };
  for (const [row, addresses] of Object.entries(rows)) {
    for (const address of addresses) {
      test(`${row}: ${address} is refused without a socket and never tried again`, async () => {
        const resolver = names({ 'bad.test': [address] });
        const policy = testPolicy({ retriesMax: 3 });
        expect((await ask('http://bad.test/', resolver, { policy })).error).toContain(
          `RemoteForbidden: bad.test is ${address}, which is`,
        );
        expect(trap.opened).toEqual([]);
        expect(resolver.lookups).toBe(1);
      });
    }
  }

  test('one forbidden address among allowed ones is enough, wherever it stands', async () => {
    for (const addresses of [
      [PUBLIC, '10.0.0.5'],
      ['10.0.0.5', PUBLIC],
      [PUBLIC, '::1', PUBLIC],
    ]) {
      expect((await ask('http://bad.test/', names({ 'bad.test': addresses }))).error).toMatch(
        /^RemoteForbidden/,
      );
    }
    expect(trap.opened).toEqual([]);
  });

  for (const url of ['http://loop.test./', 'HTTP://LOOP.TEST/', 'http://loop.test:8080/']) {
    test(`ssrf-dns-11: ${url} is refused at connect`, async () => {
      const loop = ['127.0.0.1'];
      expect((await ask(url, names({ 'loop.test': loop, 'loop.test.': loop }))).error).toMatch(
        /^RemoteForbidden/,
      );
      expect(trap.opened).toEqual([]);
    });
  }

  test('over TLS the same holds', async () => {
    expect((await ask('https://bad.test/', names({ 'bad.test': ['10.0.0.5'] }))).error).toMatch(
      /^RemoteForbidden/,
    );
    expect(trap.opened).toEqual([]);
  });

  test('redirect-02: a redirect to a name that resolves to loopback is refused', async () => {
    const ended = await ask('http://good.test/?to=http://loop.test/', names({ 'loop.test': ['127.0.0.1'] }));
    expect(ended.error).toMatch(/^RemoteForbidden: loop.test is 127.0.0.1/);
    expect(trap.opened).toEqual([`${PUBLIC}:80`]);
  });
});

describe('names that change their mind', () => {
  for (const flip of [2, 3, 4, 5, 6, 7, 8]) {
    test(`ssrf-dns-05: public until answer ${flip}, then 127.0.0.1: only judged addresses are connected to`, async () => {
      let answers = 0;
      const resolver = () => {
        answers += 1;
        return Promise.resolve([answers < flip ? PUBLIC : '127.0.0.1']);
      };
      const remote = createRemote({ policy: testPolicy(), resolver });
      const ends: Ended[] = [];
      for (let request = 0; request < 9; request += 1) ends.push(await endOf(remote, 'http://rebind.test/'));
      await remote.close();
      expect(trap.opened).toEqual(Array(flip - 1).fill(`${PUBLIC}:80`));
      expect(ends.map(({ status }) => status ?? 'refused')).toEqual([
        ...Array<number>(flip - 1).fill(200),
        ...Array<string>(10 - flip).fill('refused'),
      ]);
    });
  }

  test('ssrf-dns-06: rebinding between two pages of one listing is refused at the second connection', async () => {
    const answers = [[PUBLIC], ['10.0.0.5']];
    const remote = createRemote({
      policy: testPolicy(),
      resolver: () => Promise.resolve(answers.shift() ?? []),
    });
    expect(await endOf(remote, 'http://geo.test/?page=1')).toMatchObject({ status: 200 });
    expect((await endOf(remote, 'http://geo.test/?page=2', { following: 'http://geo.test/' })).error).toMatch(
      /^RemoteForbidden/,
    );
    await remote.close();
    expect(trap.opened).toEqual([`${PUBLIC}:80`]);
  });

  test('redirect-02: a redirect to a name that rebinds is refused', async () => {
    const answers = [[PUBLIC], ['169.254.169.254']];
    const ended = await ask('http://rebind.test/?to=http://rebind.test/next', () =>
      Promise.resolve(answers.shift() ?? []),
    );
    expect(ended.error).toMatch(/^RemoteForbidden: rebind.test is 169.254.169.254/);
    expect(trap.opened).toEqual([`${PUBLIC}:80`]);
  });
});

test('the address that a socket says it is connected to is judged too', async () => {
  const awake = setConnectTrap(canary.port, false);
  expect((await ask('http://good.test/', names({}))).error).toBe(
    'RemoteForbidden: good.test is 127.0.0.1, which is a loopback address, and may not be fetched',
  );
  awake.remove();
  expect(asked).toEqual([]);
});

describe('names that do not resolve', () => {
  const policy = testPolicy({ retriesMax: 2 });

  test('ssrf-dns-08: NXDOMAIN and an empty answer are not tried again', async () => {
    const nothing = failing('ENOTFOUND');
    expect((await ask('http://no.test/', nothing, { policy })).error).toBe(
      'RemoteUnreachable: no.test could not be asked: its name has no address (DNS) (ENOTFOUND)',
    );
    expect(nothing.lookups).toBe(1);
    const empty = names({ 'empty.test': [] });
    expect((await ask('http://empty.test/', empty, { policy })).error).toMatch(
      /^RemoteUnreachable: empty.test .*no address/,
    );
    expect(empty.lookups).toBe(1);
  });

  test('ssrf-dns-08: SERVFAIL is tried again', async () => {
    const passing = failing('EAI_AGAIN');
    expect((await ask('http://no.test/', passing, { policy })).error).toMatch(
      /^RemoteUnreachable: no.test .*for now \(EAI_AGAIN\)/,
    );
    expect(passing.lookups).toBe(3);
  });

  test('ssrf-dns-09: a resolver that never answers ends with the connect limit', async () => {
    const ended = await ask('http://mute.test/', () => new Promise(() => undefined), {
      policy: testPolicy({ connectSeconds: 0.2 }),
    });
    expect(ended.error).toMatch(
      /^RemoteTooSlow: No connection to mute.test \(name and TCP\) within 0.2 s \(connectSeconds\)/,
    );
  });

  test('a resolver that gives rubbish is refused like any other bad address', async () => {
    expect((await ask('http://odd.test/', names({ 'odd.test': ['not an address'] }))).error).toMatch(
      /^RemoteForbidden/,
    );
  });
});

describe('names that resolve well', () => {
  test('ssrf-dns-12: an international name is asked for, and kept, in its ASCII form', async () => {
    const ended = await ask('http://bücher.test/', names({}));
    expect(ended).toMatchObject({ status: 200, reply: { url: 'http://xn--bcher-kva.test/' } });
    expect(asked).toEqual(['xn--bcher-kva.test']);
  });

  test('of several allowed addresses one that answers is found', async () => {
    expect(
      await ask('http://many.test/', names({ 'many.test': ['2606:4700:4700::1111', PUBLIC] })),
    ).toMatchObject({ status: 200 });
  });

  test('a granted loopback name reaches this machine, and other private addresses stay refused', async () => {
    const policy = testPolicy({ allowLoopback: true });
    const resolver = names({ localhost: ['::1', '127.0.0.1'], 'lan.test': ['192.168.0.1'] });
    expect(await ask(`http://localhost:${canary.port}/`, resolver, { policy })).toMatchObject({
      status: 200,
    });
    expect((await ask('http://lan.test/', resolver, { policy })).error).toMatch(/^RemoteForbidden/);
  });
});
