import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { inRoot } from './paths.mjs'

/**
 * Runs `work` while no other setup of this checkout runs. A lock whose owner has died is taken over.
 * @param {(line: string) => void} say
 * @param {() => Promise<void>} work
 * @param {string} [lock] the file that holds the owner's process id
 */
export async function alone(say, work, lock = inRoot('.setup.lock')) {
  for (let told = false; !take(lock); told = true) {
    if (!told) say(`waiting for another setup of this checkout (process ${owner(lock)})`)
    await sleep(300)
  }
  try {
    await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** @param {string} lock */
function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    if (!isAlive(owner(lock))) rmSync(lock, { force: true })
    return false
  }
}

/** @param {string} lock */
function owner(lock) {
  try {
    return Number(readFileSync(lock, 'utf8'))
  } catch {
    return 0
  }
}

/** @param {number} pid */
function isAlive(pid) {
  // Between creating the lock and writing into it, the owner is 0 for an instant: that is not dead.
  if (pid === 0) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
