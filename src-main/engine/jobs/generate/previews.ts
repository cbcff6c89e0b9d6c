import type { PreviewChoice } from '#shared/schema/settings'
import type { Picture } from '../../images/picture'
import type { Tensor } from '../../ir/tensor'
import type { DrawingModel } from './drawing-model'

/** The part of a step's time that showing it may take where the choice is ours. */
const SHARE = 0.05

/** What decoding a whole latent took last, in ms, by the numbers in the latent; of each loaded network. */
const decodeTimes = new WeakMap<object, Map<number, number>>()

/** How the states of a path are made visible: decoded whole, or projected where that would hold the path up. */
export class Previews<C> {
  constructor(
    private readonly model: DrawingModel<C>,
    private readonly choice: PreviewChoice,
    private readonly now: () => number,
  ) {}

  /** The picture of a state whose step took `stepMs`. */
  async of(state: Tensor<'f32'>, stepMs: number): Promise<Picture> {
    const projected = this.wantsWhole(state, stepMs) ? undefined : await this.model.project?.(state)
    return projected ?? this.timed(state, () => this.model.decode(state))
  }

  /** Decodes a latent, and remembers what that took. */
  async timed(latent: Tensor<'f32'>, decode: () => Promise<Picture>): Promise<Picture> {
    const from = this.now()
    const whole = await decode()
    const times = decodeTimes.get(this.model.network) ?? new Map<number, number>()
    decodeTimes.set(this.model.network, times.set(latent.data.length, this.now() - from))
    return whole
  }

  /** Until it is known what decoding costs here, it is taken to cost too much. */
  private wantsWhole(state: Tensor<'f32'>, stepMs: number): boolean {
    if (this.choice !== 'auto') return this.choice === 'full'
    const known = decodeTimes.get(this.model.network)?.get(state.data.length)
    return known !== undefined && known <= SHARE * stepMs
  }
}
