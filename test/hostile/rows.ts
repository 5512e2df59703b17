/** What becomes of each row of the list of bad inputs, and the test that proves it. The list itself is not part of this repository. */

export type Row =
  | {
      /** A file under test/. */
      readonly proof: string;
      readonly outcome: string;
      /** Why it is not what the list expects, or what of it belongs elsewhere. */
      readonly differs?: string;
    }
  /** What the row needs and this version does not have. */
  | { readonly later: string };

export const ROWS: Readonly<Record<string, Row>> = {
  'ssrf-literal-01': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-literal-02': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-literal-04': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-literal-05': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-literal-07': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-literal-08': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-literal-10': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-literal-11': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-literal-13': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-literal-14': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-literal-16': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-literal-17': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-literal-19': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-literal-20': { proof: 'remote/address.test.ts', outcome: 'allowed' },
  'ssrf-literal-22': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-literal-23': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-ipv6-01': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-ipv6-02': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-ipv6-04': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-ipv6-05': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-ipv6-07': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-ipv6-08': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-ipv6-10': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-ipv6-11': { proof: 'remote/address.test.ts', outcome: 'allowed' },
  'ssrf-dns-02': { proof: 'remote/connect.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-dns-03': { proof: 'remote/connect.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-dns-05': { proof: 'remote/connect.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-dns-06': { proof: 'remote/connect.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-dns-08': { proof: 'remote/connect.test.ts', outcome: 'RemoteUnreachable' },
  'ssrf-dns-09': { proof: 'remote/connect.test.ts', outcome: 'RemoteTooSlow' },
  'ssrf-dns-11': { proof: 'remote/connect.test.ts', outcome: 'RemoteForbidden' },
  'ssrf-dns-12': { proof: 'remote/connect.test.ts', outcome: 'allowed' },
  'redirect-02': { proof: 'remote/connect.test.ts', outcome: 'RemoteForbidden' },
  'redirect-03': { proof: 'remote/hostile.test.ts', outcome: 'RemoteForbidden' },
  'redirect-05': { proof: 'remote/hostile.test.ts', outcome: 'RemoteForbidden' },
  'redirect-06': { proof: 'remote/hostile.test.ts', outcome: 'RemoteForbidden' },
  'redirect-08': { proof: 'remote/hostile.test.ts', outcome: 'RemoteUnreadable' },
  'redirect-09': { proof: 'remote/hostile.test.ts', outcome: 'RemoteUnreadable' },
  'redirect-11': { proof: 'remote/credentials-sent.test.ts', outcome: 'read, without credentials' },
  'redirect-12': { proof: 'remote/tls.test.ts', outcome: 'RemoteForbidden' },
  'url-01': {
    proof: 'remote/address.test.ts',
    outcome: 'RemoteForbidden',
    differs: 'the answer 400 belongs to the API; every fetch refuses it whoever stored it',
  },
  'url-02': {
    proof: 'remote/address.test.ts',
    outcome: 'RemoteForbidden',
    differs: 'the answer 400 belongs to the API; every fetch refuses it whoever stored it',
  },
  'url-04': {
    proof: 'remote/address.test.ts',
    outcome: 'RemoteForbidden',
    differs: 'the answer 400 belongs to the API; every fetch refuses it whoever stored it',
  },
  'url-05': {
    proof: 'remote/address.test.ts',
    outcome: 'RemoteForbidden',
    differs: 'the answer 400 belongs to the API; every fetch refuses it whoever stored it',
  },
  'url-07': {
    proof: 'remote/address.test.ts',
    outcome: 'RemoteForbidden',
    differs: 'the answer 400 belongs to the API; every fetch refuses it whoever stored it',
  },
  'url-08': {
    proof: 'remote/address.test.ts',
    outcome: 'RemoteForbidden',
    differs: 'the answer 400 belongs to the API; every fetch refuses it whoever stored it',
  },
  'url-10': { proof: 'remote/address.test.ts', outcome: 'RemoteForbidden' },
  'url-11': { proof: 'hostile/canary.test.ts', outcome: 'allowed' },
  'url-13': {
    proof: 'remote/remote.test.ts',
    outcome: 'the limits of a host hold',
    differs: 'the cap of one API request belongs to the API',
  },
  'http-body-01': { proof: 'remote/hostile-bounds.test.ts', outcome: 'RemoteTooBig' },
  'http-body-03': { proof: 'remote/hostile.test.ts', outcome: 'RemoteUnreadable, or decoded' },
  'http-body-04': { proof: 'remote/hostile.test.ts', outcome: 'RemoteUnreadable' },
  'http-body-06': { proof: 'remote/hostile.test.ts', outcome: 'RemoteUnreadable' },
  'http-body-07': { proof: 'remote/hostile.test.ts', outcome: 'RemoteUnreadable, or decoded' },
  'http-body-09': { proof: 'remote/hostile.test.ts', outcome: 'RemoteTooBig' },
  'http-body-10': { proof: 'remote/hostile.test.ts', outcome: 'RemoteTooBig' },
  'http-body-12': { proof: 'remote/hostile.test.ts', outcome: 'RemoteTooSlow' },
  'http-body-13': { proof: 'remote/hostile.test.ts', outcome: 'RemoteTooSlow' },
  'http-body-15': { proof: 'remote/hostile.test.ts', outcome: 'read' },
  'http-body-16': { proof: 'remote/hostile.test.ts', outcome: 'RemoteTooBig, or RemoteUnreadable' },
  'http-body-18': { proof: 'remote/hostile.test.ts', outcome: 'RemoteUnreadable' },
  'http-body-19': {
    proof: 'remote/hostile.test.ts',
    outcome: 'RemoteUnreadable',
    differs:
      'the empty body of a 200 is refused by the readers (xml-13, json-07), which know what they expected',
  },
  'http-frame-02': { proof: 'remote/hostile.test.ts', outcome: 'RemoteTooSlow' },
  'http-frame-03': { proof: 'remote/hostile.test.ts', outcome: 'RemoteUnreadable' },
  'http-frame-05': { proof: 'remote/hostile.test.ts', outcome: 'RemoteTooSlow' },
  'http-frame-06': { proof: 'remote/hostile.test.ts', outcome: 'RemoteUnreadable' },
  'http-frame-08': { proof: 'remote/hostile.test.ts', outcome: 'RemoteUnreadable' },
  'http-frame-09': { proof: 'remote/hostile.test.ts', outcome: 'RemoteUnreadable, or read without cookies' },
  'http-frame-11': { proof: 'remote/hostile.test.ts', outcome: 'RemoteUnreachable' },
  'http-frame-12': { proof: 'remote/hostile.test.ts', outcome: 'read' },
  'http-status-02': { proof: 'remote/hostile.test.ts', outcome: 'RemoteBusy' },
  'http-status-03': { proof: 'remote/hostile.test.ts', outcome: 'RemoteRefused, or RemoteUnreadable' },
  'http-status-05': { proof: 'remote/hostile.test.ts', outcome: 'RemoteUnreadable' },
  'tls-01': { proof: 'remote/tls.test.ts', outcome: 'RemoteUnreachable' },
  'tls-03': { proof: 'remote/tls.test.ts', outcome: 'RemoteUnreachable' },
  'tls-04': { proof: 'remote/tls.test.ts', outcome: 'RemoteUnreachable' },
  'tls-06': { proof: 'remote/tls.test.ts', outcome: 'RemoteUnreachable' },
  'tls-07': { proof: 'remote/tls.test.ts', outcome: 'RemoteTooSlow' },
  'xml-01': { proof: 'hostile/xml-rows.test.ts', outcome: 'RemoteUnreadable' },
  'xml-02': { proof: 'hostile/xml-rows.test.ts', outcome: 'RemoteUnreadable' },
  'xml-04': { proof: 'hostile/xml-rows.test.ts', outcome: 'nothing fetched' },
  'xml-05': {
    proof: 'hostile/xml-rows.test.ts',
    outcome: 'read',
    differs:
      'a DOCTYPE without entities does nothing, and WMS 1.1.1 has one with declarations of elements; entities are refused',
  },
  'xml-07': { proof: 'hostile/xml-rows.test.ts', outcome: 'RemoteUnreadable' },
  'xml-08': { proof: 'hostile/xml-rows.test.ts', outcome: 'RemoteUnreadable' },
  'xml-10': {
    proof: 'hostile/xml-rows.test.ts',
    outcome: 'read, cut and noted',
    differs:
      'references are text like other text: the title or description is cut at its limit and the record notes it, within the bounds of time and memory',
  },
  'xml-11': { proof: 'hostile/xml-rows.test.ts', outcome: 'RemoteUnreadable' },
  'xml-13': {
    proof: 'hostile/xml-rows.test.ts',
    outcome: 'RemoteUnreadable',
    differs:
      'mismatched tags occur on real servers: the listing is read and is never complete; over 50 faults refuse it',
  },
  'xml-14': {
    proof: 'hostile/xml-rows.test.ts',
    outcome: 'read, listing incomplete',
    differs:
      'real servers make these faults: the listing is read and is never complete; a raw < in an attribute loses nothing',
  },
  'xml-16': { proof: 'hostile/xml-rows.test.ts', outcome: 'read, never stored raw' },
  'xml-17': { proof: 'hostile/xml-rows.test.ts', outcome: 'read' },
  'xml-19': { proof: 'hostile/xml-rows.test.ts', outcome: 'read, with a warning' },
  'xml-20': { proof: 'hostile/xml-rows.test.ts', outcome: 'RemoteException' },
  'xml-22': { proof: 'hostile/xml-rows.test.ts', outcome: 'read, with a warning' },
  'json-01': { proof: 'hostile/json-rows.test.ts', outcome: 'RemoteUnreadable' },
  'json-03': { proof: 'hostile/json-rows.test.ts', outcome: 'read, key dropped' },
  'json-04': {
    proof: 'hostile/json-rows.test.ts',
    outcome: 'read, the last counts',
    differs:
      'it is not flagged, because JSON.parse does not tell: one resource keeps one identity, and an answer with another identity is refused',
  },
  'json-06': { proof: 'hostile/json-rows.test.ts', outcome: 'RemoteUnreadable, or read and noted' },
  'json-07': { proof: 'hostile/json-rows.test.ts', outcome: 'RemoteUnreadable' },
  'json-09': { proof: 'hostile/json-rows.test.ts', outcome: 'the resource failed' },
  'json-10': { proof: 'hostile/json-rows.test.ts', outcome: 'read' },
  'json-12': {
    proof: 'remote/address.test.ts',
    outcome: 'RemoteForbidden',
    differs:
      'there is no harvester type STAC yet; the rule for links and the circle rule of the walk (json-13) hold for every type',
  },
  'json-13': { proof: 'hostile/json-rows.test.ts', outcome: 'read, listing incomplete' },
  'record-02': {
    proof: 'hostile/record-rows.test.ts',
    outcome: 'kept to the letter, or failed',
    differs: 'ids are in no key at all: keys are made of harvester, session and batch',
  },
  'record-03': { proof: 'hostile/record-rows.test.ts', outcome: 'both kept' },
  'record-05': {
    proof: 'hostile/record-rows.test.ts',
    outcome: 'stored as data',
    differs: 'content type and nosniff belong to the API',
  },
  'secret-01': { proof: 'remote/credentials-sent.test.ts', outcome: 'redacted' },
  'secret-03': {
    proof: 'api/bad-input.test.ts',
    outcome: '400',
    differs: 'credentials belong to the harvester; a session takes none at all',
  },
  'secret-04': {
    proof: 'aws/secrets.test.ts',
    outcome: 'SettingsInvalid',
    differs: 'refused by its name before AWS is asked, and by the role if it were asked',
  },
  'api-02': { proof: 'api/bad-input.test.ts', outcome: 'one session, 409' },
  'api-03': {
    proof: 'api/bad-input.test.ts',
    outcome: '404',
    differs: 'there are no tenants: a stack has one',
  },
};
