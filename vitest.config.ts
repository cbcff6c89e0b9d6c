import { defineConfig } from 'vitest/config'
import type { TestProjectConfiguration } from 'vitest/config'

const everywhere = ['shared', 'src-main', 'src-renderer', 'test']
const sources = (suffix: string): string[] => everywhere.map((area) => `${area}/**/*.${suffix}`)

/**
 * Files that run graphs on ONNX Runtime: in few workers, since each session already uses every core, and in child
 * processes, since a native crash ends its process.
 */
function onRuntime(name: string, include: string[], maxWorkers: number, groupOrder: number): TestProjectConfiguration {
  return {
    test: { name, include, pool: 'forks', maxWorkers, sequence: { groupOrder }, testTimeout: 120_000, hookTimeout: 120_000 },
  }
}

/** `unit` (*.test.ts) is pure and fast, `alone` (*.alone.test.ts) needs a process of its own, `ort` (*.ort.test.ts) runs graphs, `bench` measures the figures of the README. */
export default defineConfig({
  test: {
    projects: [
      {
        // Pure code keeps no state between files: sharing the workers' modules saves most of the time.
        test: {
          name: 'unit',
          include: sources('test.{ts,tsx}'),
          exclude: [...sources('ort.test.ts'), ...sources('alone.test.ts')],
          pool: 'threads',
          isolate: false,
          maxWorkers: 2,
        },
      },
      onRuntime('alone', sources('alone.test.ts'), 1, 1),
      onRuntime('ort', sources('ort.test.ts'), 2, 2),
      onRuntime('bench', ['test/bench/**/*.bench.ts'], 1, 3),
    ],
  },
})
