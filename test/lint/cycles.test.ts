import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cyclesAmong, sourcesIn } from './cycles.js'

const root = process.cwd()
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tim-cycles-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

function write(files: Record<string, string>): string[] {
  mkdirSync(join(folder, 'shared'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return cyclesAmong(folder, sourcesIn(folder)).map((cycle) => cycle.sort().join(' '))
}

test('finds a cycle through three files, through #shared and a re-export', () => {
  const found = write({
    'a.ts': `import { b } from './b'`,
    'b.tsx': `import { type C, c } from '#shared/c'`,
    'shared/c.ts': `export { a } from '../a'`,
    'd.ts': `import { a } from './a'`,
  })
  expect(found).toEqual(['a.ts b.tsx shared/c.ts'])
})

test('a diamond is no cycle', () => {
  const found = write({ 'a.ts': `import './b'; import './c'`, 'b.ts': `import './d'`, 'c.ts': `import './d'`, 'd.ts': '' })
  expect(found).toEqual([])
})

test('types may be defined by each other', () => {
  const found = write({
    'a.ts': `import type { B } from './b'`,
    'b.ts': `import type {\n  A,\n} from './a'\nexport type { A } from './a'`,
  })
  expect(found).toEqual([])
})

test('the project has none', () => {
  const files = ['shared', 'src-main', 'src-renderer', 'test'].flatMap((area) => sourcesIn(join(root, area)))
  expect(files.length).toBeGreaterThan(20)
  expect(cyclesAmong(root, files)).toEqual([])
})
