import type { Provider } from '#shared/schema/recipe'
import { cudaAbsence } from './cuda'

/** Options of ONNX Runtime's sessions. */
interface SessionSettings {
  readonly executionProviders: readonly (string | { readonly name: 'coreml'; readonly coreMlFlags: number })[]
  readonly enableMemPattern?: false
  readonly executionMode?: 'sequential'
}

/** One way to compute, as ONNX Runtime has it. */
export interface Device {
  readonly title: string
  /** Where the runtime's own package has it, as platform-architecture (onnxruntime-node's list). */
  readonly machines: readonly string[]
  readonly needs: string
  /** Why it cannot be tried on this machine though the runtime knows it; undefined where it can. Opens nothing. */
  readonly absence: () => string | undefined
  /**
   * How weights reach it: fed at each run where that copies nothing and lets graphs share them, stored in the session where feeding
   * would upload them each time.
   */
  readonly weights: 'inputs' | 'initializers'
  /** Fused kernels: right everywhere, or only where a self-test of this very driver says so. */
  readonly fused: 'always' | 'tested' | 'never'
  /** 16-bit floats: computed in 32 bits, or only where a self-test says so. */
  readonly f16: 'widened' | 'tested'
  /** Whether results cross to the host between two sessions. */
  readonly roundTrip: boolean
  readonly session: SessionSettings
  /** What is known not to work or to be slow, in words. */
  readonly limits: readonly string[]
}

const present = (): undefined => undefined

/** DirectML refuses sessions with memory patterns or parallel execution. */
const DIRECTML: SessionSettings = {
  executionProviders: ['dml', 'cpu'],
  enableMemPattern: false,
  executionMode: 'sequential',
}

/** Bit 4 asks for ML Programs: the older format has few of our operators. */
const COREML_ML_PROGRAM = 0x10

/**
 * The one table of what computes where. The order is that of preference where speeds are not known; a machine's own measurements
 * (`DeviceReport`) decide where they are.
 */
export const DEVICES: { readonly [P in Provider]: Device } = {
  cuda: {
    title: 'NVIDIA (CUDA)',
    machines: ['linux-x64'],
    needs: 'Linux x64 with an NVIDIA card',
    absence: cudaAbsence,
    weights: 'initializers',
    fused: 'tested',
    f16: 'tested',
    roundTrip: true,
    session: { executionProviders: ['cuda', 'cpu'] },
    limits: ['Its library is not part of the studio: it is installed on request.'],
  },
  coreml: {
    title: 'Apple (CoreML)',
    machines: ['darwin-arm64'],
    needs: 'a Mac with Apple silicon',
    absence: present,
    weights: 'initializers',
    fused: 'never',
    f16: 'widened',
    roundTrip: true,
    session: { executionProviders: [{ name: 'coreml', coreMlFlags: COREML_ML_PROGRAM }, 'cpu'] },
    limits: ['Operators that CoreML lacks, and sizes it learns only at run time, fall back to the CPU.'],
  },
  dml: {
    title: 'Windows (DirectML)',
    machines: ['win32-x64', 'win32-arm64'],
    needs: 'Windows',
    absence: present,
    weights: 'initializers',
    fused: 'tested',
    f16: 'tested',
    roundTrip: true,
    session: DIRECTML,
    limits: ['One session runs at a time.'],
  },
  webgpu: {
    title: 'Graphics card (WebGPU)',
    machines: ['linux-x64', 'win32-x64', 'win32-arm64', 'darwin-arm64'],
    needs: 'Linux x64, Windows, or a Mac with Apple silicon',
    absence: present,
    weights: 'initializers',
    fused: 'tested',
    f16: 'tested',
    roundTrip: true,
    session: { executionProviders: ['webgpu', 'cpu'] },
    limits: ['Drivers that compute on the processor are slower than the CPU itself.'],
  },
  cpu: {
    title: 'Processor',
    machines: ['linux-x64', 'linux-arm64', 'win32-x64', 'win32-arm64', 'darwin-arm64'],
    needs: 'any machine',
    absence: present,
    weights: 'inputs',
    fused: 'always',
    f16: 'widened',
    roundTrip: false,
    session: { executionProviders: ['cpu'] },
    limits: [],
  },
}

/** All providers, the preferred first. */
export const PROVIDERS = Object.keys(DEVICES) as readonly Provider[]

/** Why a provider cannot be tried here; undefined where it can. The runtime silently drops those it does not have, so they must not be tried. */
export function absenceOf(provider: Provider, machine = `${process.platform}-${process.arch}`): string | undefined {
  const { machines, needs, absence } = DEVICES[provider]
  if (!machines.includes(machine)) return `not part of the runtime for ${machine}: it needs ${needs}`
  return absence()
}

/** How weights reach a provider. */
export function weightsOn(provider: Provider): { readonly weightsAs: Device['weights'] } {
  return { weightsAs: DEVICES[provider].weights }
}
