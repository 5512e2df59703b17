/** What a resource of a remote is to us, in words. */
export const RESOURCE_STATES = ['held', 'gone', 'not held', 'not selected'] as const;
export type ResourceState = (typeof RESOURCE_STATES)[number];
