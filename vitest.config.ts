import { defineConfig } from 'vitest/config'

const everywhere = ['shared', 'src-main', 'src-renderer', 'test']
const sources = (suffix: string): string[] => everywhere.map((area) => `${area}/**/*.${suffix}`)

/**
 * Two projects: `unit` (*.test.ts) is pure and fast, `ort` (*.ort.test.ts) runs graphs on ONNX Runtime. The latter keeps
 * to few workers, since each session already uses every core, and to child processes, since a native crash ends its process.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: { name: 'unit', include: sources('test.{ts,tsx}'), exclude: [...sources('ort.test.ts'), '**/node_modules/**'] },
      },
      {
        test: {
          name: 'ort',
          include: sources('ort.test.ts'),
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
