import { studio } from '../ipc/client'
import { useDevices } from '../state/devices'
import { showProblem } from '../state/problems'

/** Fetches what is known of this machine, and listens from then on. */
export async function followDevices(): Promise<void> {
  studio.on('devices/changed', (devices) => useDevices.setState({ devices }))
  const devices = await studio.call('devices/get')
  if (devices.ok) useDevices.setState({ devices: devices.value })
}

/** Every picture teaches something, so this is read anew whenever it is shown. */
export async function loadSpeeds(): Promise<void> {
  const speeds = await studio.call('models/speeds')
  if (speeds.ok) useDevices.setState({ speeds: speeds.value })
}

/** Tests every device of this machine again. */
export async function testDevices(): Promise<void> {
  const asked = await studio.call('devices/test')
  if (!asked.ok) showProblem('models', asked.failure)
}
