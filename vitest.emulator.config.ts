import { defineConfig } from 'vitest/config';

/** The stack on an AWS emulator: `npm run test:emulator`, which installs the emulator first. */
export default defineConfig({
  test: {
    include: ['test/emulator/**/*.test.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    fileParallelism: false,
    // A run takes minutes: each test says when it is done.
    reporters: ['verbose'],
    testTimeout: 240_000,
    hookTimeout: 600_000,
  },
});
