import { defineConfig } from 'vitest/config';

/** Tests of code that keeps no state of its own: their files share processes, for loading the code takes longer than running them. */
const PURE = ['architecture', '{harvesters,infra,lambdas,listing,session,workflow}/**/*'].map(
  (name) => `test/${name}.test.ts`,
);
const ELSEWHERE = ['test/e2e/**', 'test/emulator/**', 'test/servers/**', 'test/simulation/long/**'];

export default defineConfig({
  test: {
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // By itself vitest leaves one core idle.
    maxWorkers: '100%',
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      {
        extends: true,
        test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: [...ELSEWHERE, ...PURE] },
      },
    ],
  },
});
