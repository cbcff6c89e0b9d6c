import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { release } from 'node:os'
import { delimiter, join } from 'node:path'
import { DeviceReport, type DeviceVerdict } from '#shared/schema/device'
import { writeFileAtomically } from '../../files/atomic-write'
import { readWhole } from '../../files/read-bytes'
import { runtimeVersion } from '../../runtime/cuda'

/** What the verdicts on a machine's providers depend on: the runtime, the system, its graphics drivers. A new driver is tested anew. */
export function machineKey(): string {
  return [runtimeVersion(), process.platform, process.arch, release(), ...driverFiles().map(stamp)].join(' ')
}

const VULKAN_FOLDERS = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d']

/** Files that tell of Linux's drivers; elsewhere drivers come with the system's release. */
function driverFiles(): string[] {
  const chosen = (process.env['VK_DRIVER_FILES'] ?? process.env['VK_ICD_FILENAMES'] ?? '').split(delimiter).filter(Boolean)
  const installed = VULKAN_FOLDERS.filter(existsSync).flatMap((folder) =>
    readdirSync(folder)
      .sort()
      .map((name) => join(folder, name)),
  )
  return [...chosen, ...installed, '/proc/driver/nvidia/version'].filter(existsSync)
}

function stamp(file: string): string {
  if (file.startsWith('/proc/')) return readFileSync(file, 'utf8').split('\n')[0] ?? ''
  return `${file}@${Math.floor(statSync(file).mtimeMs)}`
}

const LARGEST_REPORT = 1 << 20

/** The verdicts that were kept for this machine; none where they are of another, or cannot be read. */
export function readVerdicts(file: string, machine = machineKey()): readonly DeviceVerdict[] {
  try {
    const report = DeviceReport.safeParse(JSON.parse(new TextDecoder().decode(readWhole(file, LARGEST_REPORT))))
    return report.success && report.data.machine === machine ? report.data.verdicts : []
  } catch {
    return []
  }
}

/** Keeps verdicts; those on other providers stay. Throws FileError. */
export async function keepVerdicts(file: string, verdicts: readonly DeviceVerdict[], machine = machineKey()): Promise<void> {
  const others = readVerdicts(file, machine).filter(({ provider }) => !verdicts.some((one) => one.provider === provider))
  const report: DeviceReport = { version: 1, machine, verdicts: [...others, ...verdicts] }
  await writeFileAtomically(file, `${JSON.stringify(report, undefined, 1)}\n`)
}
