import type { DeviceVerdict } from '#shared/schema/device'
import { PROVIDERS } from '../../runtime/devices'
import { absentHere, checkDevice, unusable } from './check-device'
import { keepVerdicts, readVerdicts } from './device-report'

/**
 * Tests every provider that has no verdict yet and keeps what comes out. A driver may take this process down: that is kept as its verdict
 * before it is tried, so that the next call goes on with the others. Throws FileError where the file cannot be written.
 */
export async function checkDevices(file: string, tell: (verdict: DeviceVerdict) => void): Promise<void> {
  const known = new Set(readVerdicts(file).map(({ provider }) => provider))
  for (const provider of PROVIDERS) {
    if (known.has(provider)) continue
    const absent = absentHere(provider)
    if (!absent) await keepVerdicts(file, [unusable(provider, 'its driver ended the process when it was tested')])
    const verdict = absent ?? (await checkDevice(provider))
    await keepVerdicts(file, [verdict])
    tell(verdict)
  }
}
