import type { DeviceView } from '#shared/schema/device'
import type { ModelSpeed } from '#shared/schema/timing'
import { create } from 'zustand'

interface DevicesState {
  /** Undefined until main has answered. */
  readonly devices: DeviceView | undefined
  /** What was learned of each model's speed. */
  readonly speeds: readonly ModelSpeed[]
}

export const useDevices = create<DevicesState>()(() => ({ devices: undefined, speeds: [] }))
