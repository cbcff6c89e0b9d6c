import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { beforeAll, expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder'
import { bombs, place } from './bombs'
import { canMeasure } from './growth'

/** Small files made to become large ones in memory cost twice their size at most, beside what any reading may take. */
const ANY_READING = 32 * 2 ** 20
const folder = temporaryFolder()
const out = resolve('node_modules/.cache/tim-bombs')

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: resolve('test/mutations/bomb-child.ts'), outDir: out, target: 'node20', emptyOutDir: true },
  })
}, 120_000)

test.each(Object.keys(bombs))('%s', (name) => {
  const home = mkdtempSync(join(folder, 'bomb-'))
  const bytes = place(name, home)
  const flags = ['--expose-gc', '--max-semi-space-size=1']
  const told = execFileSync(process.execPath, [...flags, join(out, 'bomb-child.js'), name, home], { timeout: 60_000 })
  const { grown, said, ms } = JSON.parse(told.toString()) as { grown: number; said: string; ms: number }
  if (process.env['TIM_TEST_LONG']) console.log(name, { bytes, grown, said, ms })
  expect(said).toMatch(/^[a-z]+\.[a-z-]+$/)
  expect(ms).toBeLessThan(10_000)
  if (canMeasure) expect(grown).toBeLessThan(2 * bytes + ANY_READING)
})
