/** What is expected of the statuses and redirects of the list of bad inputs, by row and variant. */
import { WORDS } from '../servers/hostile-replies.ts';
import type { Row } from './hostile-rows.ts';

export const STATUS_AND_REDIRECT_ROWS: readonly Row[] = [
  ['http-status-02', '503 is an answer', '/http-status-02/503', { status: 503, text: 'later' }],
  ['http-status-02', '500 is an answer', '/http-status-02/500', { status: 500, text: 'broken' }],
  ['http-status-02', '408 is an answer', '/http-status-02/408', { status: 408, text: 'slow' }],
  ['http-status-03', '401 with a login page is a 401', '/http-status-03/401', { status: 401 }],
  ['http-status-03', '403 with a login page is a 403', '/http-status-03/403', { status: 403 }],
  [
    'http-status-05',
    '304 to a request without a condition is refused',
    '/http-status-05/304',
    /^RemoteUnreadable: .* 304 Not Modified/,
  ],
  [
    'http-status-05',
    '206 to a request for the whole is refused',
    '/http-status-05/206',
    /^RemoteUnreadable: .* 206 Partial Content/,
  ],
  [
    'redirect-06',
    'a redirect with a user name is refused',
    `/redirect?to=${encodeURIComponent('http://a@127.0.0.1/')}`,
    /^RemoteForbidden: .* user name/,
  ],
  [
    'redirect-05',
    'a redirect to a file is refused',
    `/redirect?to=${encodeURIComponent('file:///proc/self/environ')}`,
    /^RemoteForbidden: .* scheme is file:/,
  ],
  [
    'redirect-05',
    'a redirect to data: is refused',
    `/redirect?to=${encodeURIComponent('data:text/xml,<a/>')}`,
    /^RemoteForbidden: .* scheme is data:/,
  ],
  [
    'redirect-03',
    'a redirect to a mapped address is refused',
    `/redirect?to=${encodeURIComponent('http://[::ffff:7f00:1]/')}`,
    /^RemoteForbidden/,
  ],
  [
    'redirect-03',
    'a redirect to cloud metadata is refused',
    `/redirect?to=${encodeURIComponent('http://169.254.169.254/')}`,
    /^RemoteForbidden/,
  ],
  [
    'redirect-08',
    'an endless chain of redirects ends at hop 6',
    '/redirect-08',
    /^RemoteUnreadable: .* more than 5 times \(redirectsMax\)/,
  ],
  [
    'redirect-09',
    'two addresses that redirect to each other are a circle',
    '/redirect-09/a',
    /^RemoteUnreadable: .* in a circle/,
  ],
  [
    'not in the list',
    'a redirect to nonsense is refused',
    `/redirect?to=${encodeURIComponent('http://[')}`,
    /^RemoteUnreadable: .* not a URL/,
  ],
  [
    'not in the list',
    'a redirect with an endless body is followed',
    '/redirect-endless-body',
    { status: 200, text: WORDS },
  ],
  [
    'not in the list',
    '300 Multiple Choices is an answer, not a redirect',
    '/redirect?status=300&to=/ok',
    { status: 300 },
  ],
];
