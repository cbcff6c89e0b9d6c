import type { Devices } from '../../engine-host/devices'
import type { HandlersOf } from '../answer'

export function deviceHandlers(devices: Pick<Devices, 'view' | 'test'>): HandlersOf<'devices'> {
  return {
    'devices/get': () => devices.view,
    'devices/test': () => void devices.test(true),
  }
}
