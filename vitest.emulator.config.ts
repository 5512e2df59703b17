import { defineConfig } from 'vitest/config';

/** The stack on an AWS emulator: test/emulator/install.sh, then `npm run test:emulator`. */
export default defineConfig({
  test: {
    include: ['test/emulator/**/*.test.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 600_000,
  },
});
