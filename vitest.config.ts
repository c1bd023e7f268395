import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/harness/longest-first.ts'

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

// Tests read the sources, so a test run needs no build; the built packages have their own tests under test/package.
export default defineConfig({
  resolve: {
    alias: [
      {
        find: /^hale\/(checks|conditions|exporters|formats|http|core)\/(.+)$/,
        replacement: source('./packages/hale/src/') + '$1/$2.ts',
      },
      { find: /^hale\/(testing|doctor)$/, replacement: source('./packages/hale/src/') + '$1/index.ts' },
      { find: /^hale$/, replacement: source('./packages/hale/src/index.ts') },
      { find: /^@hale\/contract$/, replacement: source('./packages/contract/src/index.ts') },
      { find: /^@hale\/monitor$/, replacement: source('./packages/monitor/src/index.ts') },
    ],
  },
  test: {
    // Vitest's default is one less than there are cores; tests of real servers wait more than they compute.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    // What is waited for comes at once or never; a machine that does other work may stand still for seconds.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'packages/*/src/**/*.test.tsx', 'test/repository/**/*.test.ts'],
          setupFiles: ['./test/harness/property-seed.ts'],
          exclude: ['**/*.real.test.ts', '**/node_modules/**', '**/dist/**'],
          // Property tests take a second alone, and much longer on a machine that does other work.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // They share no state through modules, so a worker may load each once: half the CPU time of them all.
          isolate: false,
          restoreMocks: true,
        },
      },
      {
        // Real servers, real processes, a real browser.
        extends: true,
        test: {
          name: 'real',
          include: ['packages/*/src/**/*.real.test.ts', 'test/**/*.real.test.ts', 'examples/*/src/**/*.real.test.ts'],
          // Never silently: docs/decisions/0005. Where somebody looks on it fails at once.
          retry: process.env['CI'] === undefined ? 0 : 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          globalSetup: ['./test/harness/setup.ts'],
        },
      },
    ],
  },
})
