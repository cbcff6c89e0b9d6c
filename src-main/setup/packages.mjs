import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { runQuietly } from './command.mjs'
import { inRoot, root } from './paths.mjs'
import { SetupError } from './setup-error.mjs'

const stamp = inRoot('node_modules', '.tim-packages')

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .digest('hex')

/**
 * Installs exactly what package-lock.json names, when that is not what node_modules holds. Install scripts do not run
 * (.npmrc): none is needed, and two of them would download what this setup fetches or does without.
 * @param {(line: string) => void} say
 */
export function installPackages(say) {
  const wanted = lockHash()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('npm packages: installing what package-lock.json names')
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', ELECTRON_SKIP_BINARY_DOWNLOAD: '1' }
  const { ok, output } = runQuietly('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], { cwd: root, env })
  if (!ok) {
    throw new SetupError(
      `npm ci failed:\n${reasons(output)}`,
      'Check that https://registry.npmjs.org can be reached (npm ping), that the disk has 2 GB free, and run again.',
    )
  }
  writeFileSync(stamp, wanted)
}

/** npm's error lines without its help text, which would hide them. */
const reasons = (/** @type {string} */ output) => {
  const lines = output.split('\n').filter((line) => /^npm (error|ERR!) \S/.test(line))
  return (lines.length > 0 ? lines : output.split('\n')).slice(0, 12).join('\n')
}
