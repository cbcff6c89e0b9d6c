import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** Bytes of a process: `own` are its private pages, `pss` with its share of the files it maps. Linux alone tells them. */
export interface Memory {
  readonly own: number
  readonly pss: number
}

/** Watches its parent and prints the highest values since the last line it was sent. Runs block this process's thread, so another must look. */
const WATCHER = `
const { readFileSync } = require('node:fs')
const file = '/proc/' + process.argv[1] + '/smaps_rollup'
let peak = { own: 0, pss: 0 }
const look = () => {
  const text = readFileSync(file, 'utf8')
  const kB = (name) => Number(new RegExp('^' + name + ':\\\\s+(\\\\d+) kB', 'm').exec(text)[1])
  peak = { own: Math.max(peak.own, kB('Anonymous') * 1024), pss: Math.max(peak.pss, kB('Pss') * 1024) }
}
// The kernel walks all pages for each look and holds up the process meanwhile: a look may take a twentieth of the time.
const lookOn = () => {
  const from = performance.now()
  look()
  setTimeout(lookOn, Math.max(20, 20 * (performance.now() - from)))
}
lookOn()
process.stdin.on('data', () => { look(); console.log(JSON.stringify(peak)); peak = { own: 0, pss: 0 } })
process.stdin.on('end', () => process.exit())
`

/** The peak while `work` runs above what the process had before it. Linux only. */
export async function peakMemory(work: () => Promise<unknown>): Promise<Memory> {
  const child = spawn(process.execPath, ['-e', WATCHER, String(process.pid)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)
  const peak = async (): Promise<Memory> => {
    child.stdin.write('\n')
    const [line] = (await once(lines, 'line')) as [string]
    return JSON.parse(line) as Memory
  }
  try {
    const before = await peak()
    await work()
    const after = await peak()
    return { own: after.own - before.own, pss: after.pss - before.pss }
  } finally {
    child.stdin.end()
  }
}
