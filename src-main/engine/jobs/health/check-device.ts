import type { DeviceVerdict } from '#shared/schema/device'
import type { Provider } from '#shared/schema/recipe'
import { absenceOf, DEVICES } from '../../runtime/devices'
import { checkProvider } from './check-provider'
import { fusedAttentionIsRight, halfFloatsWork, speedOf } from './self-tests'

/** Results further off than this are wrong, not merely rounded. */
const LARGEST_ERROR = 1e-3

/** Tests a provider: whether it computes rightly, which fused kernels do, and how fast it is. Call it in a process of its own. Never throws. */
export async function checkDevice(provider: Provider): Promise<DeviceVerdict> {
  try {
    const { error, createMs, runMs } = await checkProvider(provider)
    if (!(error <= LARGEST_ERROR)) return unusable(provider, `computes wrong numbers (relative error ${error.toExponential(1)})`)
    const { fused, f16 } = DEVICES[provider]
    const isFused = fused === 'always' || (fused === 'tested' && (await fusedAttentionIsRight(provider).catch(() => false)))
    const gflops = await speedOf(provider)
    const speed = `starts in ${Math.round(createMs)} ms, runs a tiny network in ${runMs.toFixed(1)} ms`
    return {
      provider,
      works: true,
      note: `${speed}, ${Number(gflops.toPrecision(2))} GFLOP/s, relative error ${error.toExponential(1)}`,
      fused: isFused ? ['MultiHeadAttention'] : [],
      f16: f16 === 'tested' && (await halfFloatsWork(provider)),
      gflops,
    }
  } catch (error) {
    return unusable(provider, plainReason(error))
  }
}

/** The verdict on a provider that need not be tried here; undefined where it must be. Opens nothing. */
export function absentHere(provider: Provider): DeviceVerdict | undefined {
  const why = absenceOf(provider)
  return why === undefined ? undefined : unusable(provider, why)
}

/** A provider that cannot be used, and why. */
export function unusable(provider: Provider, note: string): DeviceVerdict {
  return { provider, works: false, note, fused: [], f16: false, gflops: 0 }
}

/** The runtime's own words without the places of its source. */
function plainReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return (lines[0] ?? text)
    .replace(/^.*\bwas false\. /, '')
    .replace(/^\w+ cannot run this graph: /, '')
    .trim()
}
