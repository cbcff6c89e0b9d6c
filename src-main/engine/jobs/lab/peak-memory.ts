import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Bytes that this process holds at most while `work` runs (resident pages, mapped files among them, and what earlier work left behind);
 * null where the system does not tell: Linux alone does.
 */
export async function peakMemory<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly peak: number | null }> {
  const isFresh = resetPeak()
  const result = await work()
  return { result, peak: isFresh ? highWaterMark() : null }
}

/** Lets the kernel's high-water mark begin anew. */
function resetPeak(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
    return true
  } catch {
    return false
  }
}

function highWaterMark(): number | null {
  const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))
  return found ? Number(found[1]) * 1024 : null
}
