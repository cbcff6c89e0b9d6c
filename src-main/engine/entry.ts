import type { FromEngine } from '#shared/engine/protocol'
import { keptDevices } from './jobs/generate/kept-devices'
import { EngineService } from './jobs/serve'

/** What of Electron's utility process is used here; its types would bring electron into the engine. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void
}

const BEAT_MS = 1000

/** The engine as a process of its own: forked by Electron (a parent port) or by plain Node (an IPC channel). */
function main(): void {
  const { parentPort } = process as typeof process & { readonly parentPort?: ParentPort }
  const say = (message: FromEngine): void => {
    if (parentPort) parentPort.postMessage(message)
    else process.send?.(message)
  }
  // Set by whoever forks the engine. Threads: none or 0, as many as there are cores; features and devices: where they are kept; provider: the user's choice.
  const threads = Number(process.env['TIM_THREADS'] ?? 0) || undefined
  const features = process.env['TIM_FEATURES']
  const options = { ...(threads !== undefined && { threads }), ...(features !== undefined && { features }) }
  const devices = keptDevices(process.env['TIM_DEVICES'], process.env['TIM_PROVIDER'])
  const service = new EngineService(say, (line) => process.stderr.write(`engine: ${line}\n`), options, devices)
  if (parentPort) parentPort.on('message', ({ data }) => service.receive(data))
  else {
    process.on('message', (message) => service.receive(message))
    process.on('disconnect', () => process.exit(0))
  }
  setInterval(() => say({ type: 'beat' }), BEAT_MS)
  service.begin()
}

main()
