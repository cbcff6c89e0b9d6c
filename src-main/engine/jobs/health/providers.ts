import { Provider } from '#shared/schema/recipe'

/** Which providers the runtime's binaries carry (onnxruntime-node 1.30, its package's list), as platform-architecture. */
const CARRIED: Readonly<Record<string, readonly Provider[]>> = {
  'linux-x64': ['cpu', 'webgpu', 'cuda'],
  'linux-arm64': ['cpu'],
  'win32-x64': ['cpu', 'webgpu', 'dml'],
  'win32-arm64': ['cpu', 'webgpu', 'dml'],
  'darwin-arm64': ['cpu', 'webgpu', 'coreml'],
}

const NEEDS: { readonly [P in Provider]: string } = {
  cpu: 'any machine',
  webgpu: 'Linux x64, Windows, or a Mac with Apple silicon',
  cuda: 'Linux x64 with an NVIDIA card',
  dml: 'Windows',
  coreml: 'a Mac with Apple silicon',
}

export type Carried = { readonly carried: true } | { readonly carried: false; readonly why: string }

/** Whether the runtime can have a provider on this machine at all: it silently drops the others, so they must not be tried. */
export function isCarried(provider: Provider, machine = `${process.platform}-${process.arch}`): Carried {
  if (CARRIED[machine]?.includes(provider)) return { carried: true }
  return { carried: false, why: `not part of the runtime for ${machine}: it needs ${NEEDS[provider]}` }
}

export const PROVIDERS = Provider.options
