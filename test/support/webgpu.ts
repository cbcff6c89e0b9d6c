import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { electronExecutable } from '../../src-main/setup/electron.mjs'

/**
 * Lets plain Node reach WebGPU on Linux machines without a graphics card, through SwiftShader, the software driver that
 * lies beside Electron (the Vulkan loader itself is the system's libvulkan1). Call it before the first WebGPU session of the process. Returns the variables it set (for a child
 * process), or undefined where there is no such driver.
 */
export function useSoftwareWebGpu(): Record<string, string> | undefined {
  const executable = electronExecutable()
  if (process.platform !== 'linux' || !executable) return undefined
  const driver = join(dirname(executable), 'vk_swiftshader_icd.json')
  if (!existsSync(driver)) return undefined
  const runtimeFolder = process.env.XDG_RUNTIME_DIR ?? join(tmpdir(), 'tim-xdg-runtime')
  mkdirSync(runtimeFolder, { recursive: true, mode: 0o700 })
  const variables = {
    VK_ICD_FILENAMES: driver,
    XDG_RUNTIME_DIR: runtimeFolder,
  }
  Object.assign(process.env, variables)
  return variables
}
