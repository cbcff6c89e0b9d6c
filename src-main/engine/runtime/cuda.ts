import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'

/** The library that teaches ONNX Runtime to use CUDA, as it lies beside the runtime's own. */
export const CUDA_PROVIDER = 'libonnxruntime_providers_cuda.so'

/** What it says of itself, beside it: which release of ONNX Runtime it was built for. Written where it is installed. */
export const CUDA_STAMP = 'libonnxruntime_providers_cuda.version'

/** CUDA 13's and cuDNN 9's libraries, without which the provider cannot be loaded. */
const LIBRARIES = ['libcudart.so.13', 'libcublas.so.13', 'libcublasLt.so.13', 'libcurand.so.10', 'libcudnn.so.9']

const LIBRARY_FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/local/cuda/lib64', '/usr/lib/wsl/lib']

/** Where to look; tests give their own. */
export interface CudaPlaces {
  /** Folder of ONNX Runtime's binaries. */
  readonly runtime: string
  /** Version of ONNX Runtime. */
  readonly version: string
  readonly driver: readonly string[]
  readonly libraries: readonly string[]
  /** The system's list of known libraries. */
  readonly cache: string
}

/** Why CUDA cannot be tried here, in words; undefined where it can. Loads nothing: a mismatch could end the process. */
export function cudaAbsence(places: CudaPlaces = usualPlaces()): string | undefined {
  const { runtime, version, driver, libraries, cache } = places
  if (!driver.some(existsSync)) return 'no NVIDIA card with its driver was found'
  if (!existsSync(join(runtime, CUDA_PROVIDER))) return 'its library is not installed: `npm run cuda` fetches it (180 MB)'
  const stamp = join(runtime, CUDA_STAMP)
  const built = existsSync(stamp) ? readFileSync(stamp, 'utf8').trim() : 'an unknown release'
  if (built !== version) return `its library is for ONNX Runtime ${built}, the studio uses ${version}`
  const known = existsSync(cache) ? readFileSync(cache, 'latin1') : ''
  const missing = LIBRARIES.filter((name) => !known.includes(name) && !libraries.some((folder) => existsSync(join(folder, name))))
  return missing.length === 0 ? undefined : `CUDA 13 and cuDNN 9 are not installed: ${missing.join(', ')} missing`
}

/** Version of the installed ONNX Runtime. */
export function runtimeVersion(): string {
  return (JSON.parse(readFileSync(runtimePackage(), 'utf8')) as { readonly version: string }).version
}

/** package.json of the ONNX Runtime that computes: the studio's own, or one that TIM_ONNXRUNTIME names (CUDA's library is for another release). */
export function runtimePackage(): string {
  const chosen = process.env['TIM_ONNXRUNTIME']
  return chosen ? join(chosen, 'package.json') : createRequire(import.meta.url).resolve('onnxruntime-node/package.json')
}

function usualPlaces(): CudaPlaces {
  const found = runtimePackage()
  return {
    // A packed app keeps libraries beside its archive.
    runtime: join(dirname(found), 'bin', 'napi-v6', 'linux', 'x64').replace('app.asar/', 'app.asar.unpacked/'),
    version: runtimeVersion(),
    driver: ['/proc/driver/nvidia/version', '/usr/lib/wsl/lib/libcuda.so.1'],
    libraries: [...(process.env['LD_LIBRARY_PATH'] ?? '').split(delimiter).filter(Boolean), ...LIBRARY_FOLDERS],
    cache: '/etc/ld.so.cache',
  }
}
