import type { Provider } from '#shared/schema/recipe'
import type { ModelSpeed } from '#shared/schema/timing'
import { dimensions } from '../../words/dimensions'
import { duration } from '../../words/duration'
import { providerName } from '../../words/providers'

/** What is known of a model's speed on the provider that draws it; of several sizes the one drawn most often. */
export function speedOf(
  speeds: readonly ModelSpeed[],
  model: { readonly sha256: string; readonly provider: Provider },
): ModelSpeed | undefined {
  const own = speeds.filter((speed) => speed.model === model.sha256 && speed.provider === model.provider)
  return own.reduce<ModelSpeed | undefined>(
    (best, one) => (best === undefined || one.samples > best.samples ? one : best),
    undefined,
  )
}

/** "12 ms a step at 128 × 128, on the processor". */
export function speedWords(speed: ModelSpeed | undefined): string {
  if (speed === undefined) return 'not measured yet: draw a picture'
  const { passMs, width, height, provider } = speed
  const time = passMs < 1000 ? `${passMs < 10 ? Math.round(passMs * 10) / 10 : Math.round(passMs)} ms` : duration(passMs)
  return `${time} a pass at ${dimensions(width, height)}, ${providerName(provider)}`
}
