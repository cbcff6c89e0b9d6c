import { constants, setPriority } from 'node:os'

/** Puts a process below normal priority, so that the window stays smooth while it works. */
export function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // Not every system allows it; it runs at normal priority then, which costs smoothness and nothing else.
  }
}
