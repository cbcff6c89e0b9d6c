import { readFileSync } from 'node:fs'

/** A process: its number and when it was born, because numbers are used again. */
export interface ProcessIdentity {
  readonly pid: number
  /** Empty where the system does not say. */
  readonly born: string
}

/** When a process was born, in the system's own words; empty when that cannot be found out. */
export function birthOf(pid: number): string {
  if (process.platform !== 'linux') return ''
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Field 22 is the start time in ticks since boot; the name in parentheses before it may hold spaces.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${ticks}`
  } catch {
    return ''
  }
}

export const thisProcess = (): ProcessIdentity => ({ pid: process.pid, born: birthOf(process.pid) })

/** Whether that very process still runs. */
export function isAlive({ pid, born }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it runs, but belongs to someone else.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  return born === '' || birthOf(pid) === born
}
