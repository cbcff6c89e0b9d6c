// npm test: everything that guards the project, in the order in which it fails fastest. `--long` runs the unit and graph
// tests with many more rounds.
import { runInForeground } from './command.mjs'
import { inRoot } from './paths.mjs'
import { setup } from './setup.mjs'

await setup({ window: true, screen: true })

const tool = (/** @type {string[]} */ ...path) => [process.execPath, inRoot('node_modules', ...path)]
const vitest = tool('vitest', 'vitest.mjs')
const playwright = tool('@playwright', 'test', 'cli.js')
// A virtual screen also where there is a real one: tests must not depend on it, nor take it from its user.
const onScreen = process.platform === 'linux' ? ['xvfb-run', '-a', '-s', '-screen 0 1600x1000x24'] : []

const usual = {
  check: [process.execPath, inRoot('src-main', 'setup', 'check.mjs')],
  unit: [...vitest, 'run', '--project', 'unit', '--project', 'alone'],
  ort: [...vitest, 'run', '--project', 'ort'],
  e2e: [...onScreen, ...playwright, 'test'],
}
const stages = process.argv.includes('--long') ? { unit: usual.unit, ort: usual.ort } : usual
// Tests that repeat something many times read this and repeat it more.
if (process.argv.includes('--long')) process.env.TIM_TEST_LONG = '1'

const results = []
for (const [name, [command = '', ...args]] of Object.entries(stages)) {
  console.log(`\n── ${name}`)
  const started = performance.now()
  const code = await runInForeground(command, args)
  results.push({ name, code, seconds: (performance.now() - started) / 1000 })
  if (code >= 128) break
}

console.log('')
for (const { name, code, seconds } of results) console.log(`${code === 0 ? '✓' : '✗'} ${name.padEnd(6)} ${seconds.toFixed(1)} s`)
process.exitCode = results.every(({ code }) => code === 0) ? 0 : 1
