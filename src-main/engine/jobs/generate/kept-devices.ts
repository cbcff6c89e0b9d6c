import { ProviderChoice } from '#shared/schema/device'
import { keepVerdicts, readVerdicts } from '../health/device-report'
import { DeviceChoice } from './device-choice'

/** The choice among providers by the verdicts in a file, which hears of providers that fail later. A file that cannot be written keeps nothing. */
export function keptDevices(file: string | undefined, choice?: string): DeviceChoice {
  const wanted = ProviderChoice.safeParse(choice).data ?? 'auto'
  if (file === undefined) return new DeviceChoice([], wanted)
  return new DeviceChoice(readVerdicts(file), wanted, (verdict) => void keepVerdicts(file, [verdict]).catch(() => undefined))
}
