// npm run check: types of each area, lint with its import directions, format, unused exports; all side by side.
import { spawn } from 'node:child_process'
import { inRoot, root } from './paths.mjs'

const tool = (/** @type {string[]} */ ...path) => inRoot('node_modules', ...path)
const tsc = tool('typescript', 'bin', 'tsc')
const types = (/** @type {string} */ project) => [tsc, '--noEmit', '-p', project]

const checks = {
  'types src-main': types('.'),
  'types shared': types('shared'),
  'types src-renderer': types('src-renderer'),
  'types test': types('test'),
  lint: [tool('eslint', 'bin', 'eslint.js'), '.', '--cache', '--cache-location', tool('.cache', 'eslint'), '--max-warnings', '0'],
  format: [tool('prettier', 'bin', 'prettier.cjs'), '--check', '.', '--cache', '--log-level', 'warn'],
  'unused exports': [tool('knip', 'bin', 'knip.js'), '--no-progress', '--cache'],
}

/** @param {string} name @param {string[]} args @returns {Promise<boolean>} */
const run = (name, args) =>
  new Promise((resolve) => {
    const started = performance.now()
    const child = spawn(process.execPath, args, { cwd: root })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('close', (code) => {
      console.log(`${code === 0 ? '✓' : '✗'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
      if (code !== 0) console.log(output.trimEnd())
      resolve(code === 0)
    })
  })

const passed = await Promise.all(Object.entries(checks).map(([name, args]) => run(name, args)))
process.exitCode = passed.every(Boolean) ? 0 : 1
