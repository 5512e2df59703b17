/** The settings of lib/remote. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_REMOTE_POLICY, remotePolicy, userAgentOf } from '../../lib/remote/policy.ts';

describe('the policy', () => {
  test('its faults are named, with what is allowed', () => {
    expect(() => remotePolicy({ connectSeconds: 0 })).toThrow(/connectSeconds/);
    expect(() => remotePolicy({ ports: [70_000], wrong: 1 })).toThrow(/ports.*wrong/);
    expect(() => remotePolicy({ userAgent: 'a\r\nx: y' })).toThrow(
      expect.objectContaining({ name: 'SettingsInvalid' }),
    );
    expect(() => remotePolicy({ allowedOrigins: ['file:///x'] })).toThrow(/allowedOrigins/);
  });

  test('without changes it is the default one, in which every bound is set', () => {
    expect(remotePolicy({})).toEqual(DEFAULT_REMOTE_POLICY);
    for (const [name, value] of Object.entries(DEFAULT_REMOTE_POLICY)) {
      if (/Max$|Seconds|Bytes/.test(name)) expect(value, name).toBeGreaterThan(0);
    }
    expect(DEFAULT_REMOTE_POLICY).toMatchObject({
      allowLoopback: false,
      allowPrivate: false,
      sameOriginOnly: true,
    });
  });

  test('the User-Agent says who asks and, where it is set, whom to write to', () => {
    expect(userAgentOf(remotePolicy({}))).toMatch(/^Reeve\/0\.1 \(.+\)$/);
    expect(userAgentOf(remotePolicy({ contact: 'mailto:gis@example.org' }))).toMatch(
      / \(\+mailto:gis@example\.org\)$/,
    );
    expect(() => remotePolicy({ contact: 'a\nb' })).toThrow(/contact/);
  });
});
