import type { Provider } from '#shared/schema/recipe'
import type { DeviceChoice } from '../../engine/jobs/generate/device-choice'
import { keptDevices } from '../../engine/jobs/generate/kept-devices'
import { keepVerdicts, readVerdicts } from '../../engine/jobs/health/device-report'
import type { Library } from '../../library/library'
import { verdictOn } from '../health/provider-reports'

/**
 * Which providers may draw: by the tests that `tim doctor` or the window made before, and by the studio's setting. One that is asked for
 * and was never tested is tested now, in a process of its own.
 */
export async function chooseDevices(library: Library, asked: Provider | undefined): Promise<DeviceChoice> {
  const file = library.folders.devices
  const isKnown = asked === undefined || asked === 'cpu' || readVerdicts(file).some(({ provider }) => provider === asked)
  if (!isKnown) await keepVerdicts(file, [await verdictOn(asked)])
  return keptDevices(file, asked ?? library.settings.get().provider)
}
