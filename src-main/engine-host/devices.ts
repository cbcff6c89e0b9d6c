import { readFileSync, rmSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import type { EventPayload } from '#shared/ipc/contract'
import { DeviceReport, type DeviceView } from '#shared/schema/device'
import { checkDevices } from './device-checks'
import type { Fork } from './engine-process'

interface DevicesNeeds {
  readonly fork: Fork
  /** Where verdicts are kept; the engine's process writes it. */
  readonly file: string
  readonly emit: (name: 'devices/changed', payload: EventPayload<'devices/changed'>) => void
  /** A device was found to work that was not known to. */
  readonly onFound: () => void
}

/** What of this machine can draw, and the tests that find it out: away from the engine, which a driver could take down. */
export class Devices {
  private testing: Promise<void> | null = null
  private readonly stop = new AbortController()

  constructor(private readonly needs: DevicesNeeds) {}

  get view(): DeviceView {
    const processors = cpus()
    return {
      processor: processors[0]?.model.trim() || 'unknown processor',
      cores: Math.max(1, processors.length),
      memoryBytes: totalmem(),
      testing: this.testing !== null,
      verdicts: readVerdicts(this.needs.file),
    }
  }

  /** Tests the devices that have no verdict; `anew`: all of them. Resolves when they are tested. Never rejects. */
  async test(anew = false): Promise<void> {
    this.testing ??= this.run(anew)
    return this.testing
  }

  close(): void {
    this.stop.abort()
  }

  private async run(anew: boolean): Promise<void> {
    // What is told below says that tests run.
    await Promise.resolve()
    if (anew) rmSync(this.needs.file, { force: true })
    this.tell()
    const found = await checkDevices(this.needs.fork, this.needs.file, this.stop.signal)
    this.testing = null
    this.tell()
    if (found && !this.stop.signal.aborted) this.needs.onFound()
  }

  private tell(): void {
    if (!this.stop.signal.aborted) this.needs.emit('devices/changed', this.view)
  }
}

/** The verdicts of the last tests; none where there are none, or they cannot be read. */
function readVerdicts(file: string): DeviceView['verdicts'] {
  try {
    return DeviceReport.parse(JSON.parse(readFileSync(file, 'utf8'))).verdicts
  } catch {
    return []
  }
}
