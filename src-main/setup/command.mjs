import { spawn, spawnSync } from 'node:child_process'

/** Windows finds npm as a .cmd file, which only a shell starts. */
const needsShell = (/** @type {string} */ command) => process.platform === 'win32' && ['npm', 'npx'].includes(command)

/**
 * Runs a command quietly; what it printed is kept for the error.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number }} [options] timeout in milliseconds
 * @returns {{ ok: boolean, output: string }}
 */
export function runQuietly(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', shell: needsShell(command), maxBuffer: 64 << 20, ...options })
  const output = [done.stdout, done.stderr, done.error?.message].filter(Boolean).join('\n').trim()
  return { ok: done.status === 0, output }
}

/**
 * Runs a command in the foreground and resolves to its exit code. Ctrl-C reaches the command through the terminal's
 * process group; this process only waits for it to end, so that its last words are not cut off.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>}
 */
export function runInForeground(command, args, env = process.env) {
  const child = spawn(command, args, { stdio: 'inherit', env, shell: needsShell(command) })
  const ignore = () => {}
  const forward = () => child.kill('SIGTERM')
  process.on('SIGINT', ignore)
  process.on('SIGTERM', forward)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      process.off('SIGINT', ignore)
      process.off('SIGTERM', forward)
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1))
    })
  })
}

/**
 * The last lines of a long output.
 * @param {string} text
 * @param {number} count
 */
export const lastLines = (text, count) => text.split('\n').slice(-count).join('\n')
