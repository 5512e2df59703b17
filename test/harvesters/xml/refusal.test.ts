// Answers that are not the XML that was asked for are refused, and called what they are.
import { describe, expect, test } from 'vitest';
import { readXml } from '../../../lib/harvesters/xml.ts';
import { EXPECTED, readWhole, refusalOf, replyOf } from './reading.ts';

describe('an answer that is something else is refused', () => {
  test.each([
    ['an empty body', '', 'nothing'],
    ['white space', ' \n ', 'nothing'],
    [
      'an HTML page',
      '<!DOCTYPE html><html><head><meta charset=utf-8><title>Sign in</title>',
      'an HTML page ("Sign in")',
    ],
    [
      'an HTML page of MapServer',
      '<HTML>\n<HEAD><TITLE>MapServer Message</TITLE></HEAD>',
      'an HTML page ("MapServer Message")',
    ],
    [
      'an XHTML page',
      '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><title>a</title></html>',
      'an HTML page ("a")',
    ],
    ['a piece of a page', '<br /><b>Warning</b>: mysql_connect()', 'an HTML page'],
    ['JSON', '{"error":{"code":499}}', 'JSON'],
    ['words', 'Service unavailable', 'text that begins "Service unavailable"'],
    ['another root', '<other><root/></other>', 'XML whose root element is <other>'],
    ['a document that was cut off', '<root><a>b</a>', 'XML that was cut off: <root> is never closed'],
    ['a document that was cut off in a tag', '<root><a>b</a></roo', 'XML that was cut off'],
    ['two roots', '<root></root><root></root>', 'XML with a second root element, <root>'],
  ])('%s', (_name, body, what) => {
    const { name, message } = refusalOf(() => readWhole(body));
    expect(name).toBe('RemoteUnreadable');
    expect(message).toContain(`https://example.org/xml answered the listing with ${what}`);
    expect(message).toContain('<root> was expected');
  });

  test('a picture is called by its type', () => {
    const png = replyOf(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a), {
      headers: { 'content-type': 'image/png' },
    });
    const read = () => readXml(png, EXPECTED, { open: () => 'skip', whole: () => undefined });
    expect(refusalOf(read).message).toContain('with image/png;');
  });

  test('secrets of the URL are not in the sentence', () => {
    const reply = replyOf('', { url: 'https://user:pw@example.org/xml?token=abc' });
    const { message } = refusalOf(() =>
      readXml(reply, EXPECTED, { open: () => 'skip', whole: () => undefined }),
    );
    expect(message).not.toMatch(/pw|abc/);
  });
});

describe('exceptions of the remote', () => {
  const OWS =
    '<ows:ExceptionReport xmlns:ows="x"><ows:Exception exceptionCode="NoApplicableCode" locator="a">' +
    '<ows:ExceptionText>no such\n table</ows:ExceptionText></ows:Exception></ows:ExceptionReport>';
  const WMS =
    '<ServiceExceptionReport><ServiceException code="LayerNotDefined"> no roads </ServiceException></ServiceExceptionReport>';

  test.each([
    ['of OWS Common', OWS, 'NoApplicableCode: no such table'],
    ['of WMS', WMS, 'LayerNotDefined: no roads'],
    ['of WMS 1.0.0', '<WMTException version="1.0.0">bad request</WMTException>', 'bad request'],
    ['that is one element', '<ServiceException>no</ServiceException>', 'no'],
    ['without a word', '<ServiceExceptionReport/>', 'without a word'],
    ['that was cut off', '<ServiceExceptionReport><ServiceException>disk fu', 'disk fu'],
    [
      'of which there are two',
      '<ExceptionReport><Exception exceptionCode="A"/><Exception exceptionCode="B"/></ExceptionReport>',
      'A; B',
    ],
  ])('an exception %s is told apart from a broken answer', (_name, body, said) => {
    const { name, message } = refusalOf(() => readWhole(body));
    expect(name).toBe('RemoteException');
    expect(message).toBe(`https://example.org/xml answered the listing with an exception: ${said}`);
  });

  test('its text is cut at 500 characters', () => {
    const { message } = refusalOf(() =>
      readWhole(`<ServiceException>${'x'.repeat(10_000)}</ServiceException>`),
    );
    expect(message.length).toBeLessThan(600);
  });

  test.each([
    [400, 'RemoteException'],
    [404, 'RemoteException'],
    [500, 'RemoteException'],
    [429, 'RemoteBusy'],
    [503, 'RemoteBusy'],
  ])('with status %i it is a %s', (status, name) => {
    const read = () =>
      readXml(replyOf(WMS, { status }), EXPECTED, { open: () => 'skip', whole: () => undefined });
    expect(refusalOf(read)).toMatchObject({ name, status });
  });

  test.each([
    [404, 'RemoteRefused'],
    [500, 'RemoteBusy'],
    [302, 'RemoteUnreadable'],
  ])('a page with status %i is a %s, and so is the very document that was asked for', (status, name) => {
    for (const body of ['<html></html>', '<root></root>', '']) {
      const read = () =>
        readXml(replyOf(body, { status }), EXPECTED, { open: () => 'enter', whole: () => undefined });
      expect(refusalOf(read)).toMatchObject({ name, status });
    }
  });
});
