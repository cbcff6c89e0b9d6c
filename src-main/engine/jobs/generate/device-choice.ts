import { providersToTry, type DeviceVerdict, type FusedOp, type ProviderChoice } from '#shared/schema/device'
import type { Provider } from '#shared/schema/recipe'
import { DEVICES } from '../../runtime/devices'

/**
 * Which provider draws which model: what was chosen, or what the self-tests found fastest; never one that failed with that model before.
 */
export class DeviceChoice {
  private verdicts: readonly DeviceVerdict[]

  constructor(
    verdicts: readonly DeviceVerdict[] = [],
    private readonly choice: ProviderChoice = 'auto',
    /** Hears of a verdict that changed, to keep it. */
    private readonly onChange: (verdict: DeviceVerdict) => void = () => undefined,
  ) {
    this.verdicts = verdicts
  }

  /** Those that pictures can be drawn on. */
  get working(): Provider[] {
    return ['cpu', ...this.verdicts.flatMap(({ works, provider }) => (works && provider !== 'cpu' ? [provider] : []))]
  }

  /** Where the model in a folder is drawn. */
  providerFor(folder: string): Provider {
    const order = providersToTry(this.choice, this.verdicts)
    return order.find((provider) => this.refusalOf(folder, provider) === undefined) ?? 'cpu'
  }

  /** Why a provider cannot draw a model, as far as is known. */
  refusalOf(folder: string, provider: Provider): string | undefined {
    if (provider === 'cpu') return undefined
    const verdict = this.verdictOn(provider)
    return verdict?.works === false ? verdict.note : verdict?.refusals?.[folder]
  }

  /** Remembers that a provider failed with a model. */
  refuse(folder: string, provider: Provider, error: unknown): void {
    const why = (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 300) ?? ''
    const known = this.verdictOn(provider) ?? { provider, works: true, note: 'not tested', fused: [], f16: false, gflops: 0 }
    const verdict = { ...known, refusals: { ...known.refusals, [folder]: why } }
    this.verdicts = [...this.verdicts.filter((other) => other.provider !== provider), verdict]
    this.onChange(verdict)
  }

  /** Fused kernels that a provider computes rightly. */
  fusedOn(provider: Provider): readonly FusedOp[] {
    return this.verdictOn(provider)?.fused ?? []
  }

  private verdictOn(provider: Provider): DeviceVerdict | undefined {
    return this.verdicts.find((verdict) => verdict.provider === provider)
  }
}

/** What to tell where another provider draws than was asked for. */
export function detourNote(asked: Provider, taken: Provider, why: string | undefined): string {
  return `${DEVICES[asked].title} could not be used${why === undefined ? '' : ` (${why})`}: drawn on ${DEVICES[taken].title} instead.`
}
